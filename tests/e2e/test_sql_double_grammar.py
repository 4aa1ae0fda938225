"""The SQL double judged by two grammars from outside: it may be stricter than sqlfluff, never kinder.

By default a seeded sample of the mutated statements goes to sqlfluff, which is slow; LAKEFEED_GRAMMAR_MUTATIONS=all
takes every one (minutes)."""

import itertools
import os
import random
import re

import pytest
import sqlfluff.core
import sqlglot

import sql_double
from sql_double_corpus import INVALID, SETUP, STRICTER, VALID

SAMPLE = 60
LINTER = sqlfluff.core.Linter(config=sqlfluff.core.FluffConfig(overrides={"dialect": "snowflake", "templater": "raw"}))


def judge(statements):
    """The code with which the double refuses each statement; empty where it takes it."""
    answers = sql_double.judge(sql_double.commands(SETUP) + [{"statement": statement} for statement in statements])
    assert answers[: len(SETUP)] == [{}] * len(SETUP)
    return [answer["code"] for answer in answers[len(SETUP) :]]


def sqlfluff_takes(statement):
    parsed = LINTER.parse_string(statement + "\n")
    return not parsed.violations and "unparsable" not in parsed.tree.type_set()


def tokens(statement):
    """Cut where SQL cuts; what is put together again by blanks means the same."""
    return re.findall(r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|@(?:"(?:[^"]|"")*"|[^\s"])+|[A-Za-z_$][\w$]*|\d+|::|<=|\|\||[^\s]""", statement)


def join(parts):
    text = " ".join(parts)
    # A path's colon and a name's dots stand close.
    return re.sub(r" ?(::|[.:]) ?", r"\1", text)


def mutations():
    """Each token of each valid statement deleted, doubled, or swapped with the next one."""
    seen = set()
    for statement in VALID:
        parts = tokens(statement)
        for at in range(len(parts)):
            for mutated in (
                parts[:at] + parts[at + 1 :],
                parts[:at] + [parts[at]] + parts[at:],
                parts[:at] + parts[at + 1 : at + 2] + [parts[at]] + parts[at + 2 :],
            ):
                text = join(mutated)
                if text not in seen and mutated != parts:
                    seen.add(text)
                    yield text


def ranges():
    """Two to five tokens in a row deleted: whole clauses, elements of lists, arguments."""
    seen = set()
    for statement in VALID:
        parts = tokens(statement)
        for length, at in itertools.product(range(2, 6), range(len(parts))):
            text = join(parts[:at] + parts[at + length :])
            if at + length <= len(parts) and text not in seen:
                seen.add(text)
                yield text


def accepted(statements):
    return [statement for code, statement in zip(judge(statements), statements) if not code]


def sqlfluff_knows(statement):
    """Not a stage with a blank in its name, Snowflake's government buckets, and ALTER ICEBERG TABLE."""
    words = statement.upper()
    return '"MY STAGE"/' not in words and "S3GOV:" not in words and not words.startswith("ALTER ICEBERG")


def sqlglot_takes(statement):
    """What it does not know it takes whole, as a command; so this is a second opinion on quotes and brackets."""
    try:
        return len([one for one in sqlglot.parse(statement, read="snowflake") if one]) == 1
    except sqlglot.errors.SqlglotError:
        return False


def sample(statements, count):
    if os.environ.get("LAKEFEED_GRAMMAR_MUTATIONS") == "all" or len(statements) <= count:
        return statements
    return random.Random(20261121).sample(statements, count)


def test_what_is_valid_is_taken_and_what_is_not_is_refused_with_its_code():
    wrong = INVALID + STRICTER
    assert len(VALID) + len(wrong) >= 150
    assert [(code, statement) for code, statement in zip(judge(VALID), VALID) if code] == []
    found = judge([statement for _, statement in wrong])
    assert [(code, one) for code, one in zip(found, wrong) if code != one[0]] == []


def test_the_grammars_from_outside_take_what_is_valid():
    assert [one for one in VALID if sqlfluff_knows(one) and not sqlfluff_takes(one)] == []
    assert [one for one in VALID if not sqlfluff_knows(one) and sqlfluff_takes(one)] == []
    assert [one for one in VALID if not sqlglot_takes(one)] == []


def test_the_gaps_of_sqlfluff_are_those_that_are_listed():
    assert [one for code, one in INVALID if code == "001003" and sqlfluff_takes(one)] == []
    assert [one for _, one in STRICTER if not sqlfluff_takes(one)] == []


def test_the_corpus_means_the_same_when_it_is_cut_and_joined():
    joined = [join(tokens(statement)) for statement in VALID]
    assert [(code, statement) for code, statement in zip(judge(joined), joined) if code] == []


@pytest.mark.parametrize("mutate, few, many", [(mutations, 10, 5_000), (ranges, 50, 5_000)])
def test_no_mutation_is_taken_that_a_grammar_from_outside_refuses(mutate, few, many):
    mutated = list(mutate())
    taken = accepted(mutated)
    assert len(mutated) >= many and few <= len(taken) < len(mutated) / 10
    seen = sample([one for one in taken if sqlfluff_knows(one)], SAMPLE)
    assert [one for one in seen if not sqlfluff_takes(one)] == []
    assert [one for one in taken if not sqlglot_takes(one)] == []
