"""DynamoDB's exports to S3 as the API tells them, in moto's own process and at its endpoint.

moto writes one object of the table as it is and forgets the rest. Here: exports of any moment within point-in-time
recovery, increments of a window, client tokens, every state, all members of the descriptions, and the whole output
(manifests, checksums, data files). The API followed is botocore's model of DynamoDB and the Developer Guide's pages
"DynamoDB data export to Amazon S3: how it works", "Requesting a table export", "DynamoDB table export output format".

    controls   the clock and what a test sets, at /moto-api/lakefeed/exports
    history    each table's writes since point-in-time recovery was turned on
    request    what a request must be
    export     one export: its state and its description
    output     the objects that it writes
    ion        Amazon Ion's text form
    filter     what a filtered export leaves out
    operations the API's operations, in moto's place

Not done: increments that are filtered or in ION (both are refused). An export's work is done before the next
request that the server gets, so a list or an object read after the start sees it done, unless it is held.
"""

from . import controls, export, history, operations


def begin_request() -> None:
    """Called before each request that the server gets, one at a time."""
    controls.controls.begin_request()
    export.finish_running()


def install() -> None:
    """Puts all this in moto's place, once for the process."""
    controls.install(on_reset=export.running.clear)
    history.install()
    operations.install()
