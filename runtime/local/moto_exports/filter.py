"""Filtered exports: a full export of some of the items, or of some of their attributes. The expressions are those of
Query and Scan, which moto knows; projections of nested attributes are refused.
"""

import re

from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models.dynamo_type import Item

from .request import invalid


def filtered(items: dict, specification: dict) -> dict:
    """Of (key → image), what the FilterSpecification lets through."""
    names = specification.get("ExpressionAttributeNames")
    values = specification.get("ExpressionAttributeValues")
    conditions = [specification.get(name) for name in ("KeyConditionExpression", "FilterExpression")]
    condition = " AND ".join(f"({expression})" for expression in conditions if expression)
    try:
        matches = get_filter_expression(condition or None, names, values)
    except ValueError as error:
        raise invalid(f"FilterSpecification: {condition}: {error}") from error
    kept = projected(specification, names or {})
    return {
        key: {name: value for name, value in image.items() if kept is None or name in kept}
        for key, image in items.items()
        if matches.expr(Item(*key, image))
    }


def projected(specification: dict, names: dict) -> set | None:
    """The attributes' names; all where it is None."""
    expression = specification.get("ProjectionExpression")
    if expression is None:
        return None
    words = [word.strip() for word in expression.split(",")]
    for word in words:
        if not re.fullmatch(r"#?[A-Za-z_][A-Za-z0-9_]*", word) or (word.startswith("#") and word not in names):
            raise invalid(f"FilterSpecification: ProjectionExpression: {word}: the local AWS takes names only")
    return {names.get(word, word) for word in words}
