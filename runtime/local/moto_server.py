"""moto's server, one request at a time: its Kinesis loses records of requests that come at once (PutRecords takes the
shard's next sequence number and stores under it in two steps). Takes moto_server's own arguments."""

import threading

from moto import server

one_at_a_time = threading.Lock()
dispatch = server.DomainDispatcherApplication.__call__


def dispatch_alone(application, environ, start_response):
    with one_at_a_time:
        return dispatch(application, environ, start_response)


server.DomainDispatcherApplication.__call__ = dispatch_alone
server.main()
