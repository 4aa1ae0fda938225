"""AWS's linter finds nothing in deploy/template.yaml: no errors, no warnings, and nothing is switched off."""

from cfnlint.api import lint_file
from cfnlint.config import ManualArgs
from template_world import TEMPLATE


def test_the_template_is_clean():
    text = TEMPLATE.read_text()
    assert "cfn-lint" not in text, "a rule is switched off"
    found = lint_file(TEMPLATE, config=ManualArgs({"regions": ["us-east-1"]}))
    assert [f"{match.rule.id} line {match.linenumber}: {match.message}" for match in found] == []
