"""moto's server, one request at a time: its Kinesis loses records of requests that come at once (PutRecords takes the
shard's next sequence number and stores under it in two steps). DynamoDB's exports are ours (moto_exports). Takes
moto_server's own arguments."""

import sys
import threading

sys.dont_write_bytecode = True  # nothing is left beside the sources

import moto_exports
from moto import server

one_at_a_time = threading.Lock()
dispatch = server.DomainDispatcherApplication.__call__


def dispatch_alone(application, environ, start_response):
    with one_at_a_time:
        moto_exports.begin_request()
        return dispatch(application, environ, start_response)


moto_exports.install()
server.DomainDispatcherApplication.__call__ = dispatch_alone
server.main()
