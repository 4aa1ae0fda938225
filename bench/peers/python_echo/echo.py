"""A handler for AWS's Python runtime interface client that gives its event back."""


def handler(event, _context):
    return event
