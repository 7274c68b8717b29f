"""What is not asked.

The document says of a request's properties: leave out what you do not mean, and send no null. The service itself takes
null for that, as its metadata says, and the mock does as the service does: a body that is wrong by a null alone is no
body that must be refused.
"""

import schemathesis


def has_null(value):
    if isinstance(value, dict):
        return any(has_null(member) for member in value.values())
    if isinstance(value, list):
        return any(has_null(element) for element in value)
    return value is None


@schemathesis.hook
def filter_case(context, case):
    return not (isinstance(case.body, dict) and has_null(case.body))
