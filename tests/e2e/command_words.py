"""A shell command's parts, and what is wrong with them: unknown commands, options and files. Nothing is run."""

import functools
import re
import shlex
import subprocess

import botocore.session
from botocore import xform_name
from conftest import TOP

OPERATORS = {"|", "||", "&&", ";", "&", "(", ")", "\n"}
# Of `aws` itself: https://docs.aws.amazon.com/cli/latest/reference/. Those that take a value, and those that take none.
AWS_VALUED = {"--region", "--profile", "--output", "--query", "--endpoint-url", "--cli-input-json", "--cli-binary-format",
              "--ca-bundle", "--color", "--cli-read-timeout", "--cli-connect-timeout", "--max-items", "--page-size",
              "--starting-token"}  # fmt: skip
AWS_FLAGS = {"--no-cli-pager", "--no-paginate", "--no-sign-request", "--no-verify-ssl", "--debug", "--generate-cli-skeleton",
             "--no-cli-auto-prompt"}  # fmt: skip
# Commands of the CLI's own, which no service's model has.
AWS_OWN = {
    "configure": {"export-credentials", "get", "set", "list", "sso", "import", "list-profiles"},
    "s3": {"cp", "ls", "mb", "mv", "presign", "rb", "rm", "sync", "website"},
    "logs": {"tail", "start-live-tail"},
    "cloudformation": {"deploy", "package"},
    "sso": {"login", "logout"},
}
AWS_RENAMED = {"s3api": "s3", "configservice": "config", "deploy": "codedeploy"}


def shell_fault(command: str) -> str:
    done = subprocess.run(["bash", "-n"], input=command, capture_output=True, text=True, check=False)
    return done.stderr.strip()


def nested(command: str) -> list[str]:
    """What stands in $( … ) and <( … ), of any depth."""
    found = []
    for match in re.finditer(r"[$<]\(", command):
        depth, at = 1, match.end()
        while at < len(command) and depth:
            depth += {"(": 1, ")": -1}.get(command[at], 0)
            at += 1
        found.append(command[match.end() : at - 1])
    return found


def simple_commands(command: str) -> list[list[str]]:
    """The words of each, without redirections and assignments before it."""
    command = command.replace("\\\n", " ")
    inner = [words for part in nested(command) for words in simple_commands(part)]
    lexer = shlex.shlex(command, posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = "#"
    commands, words, skip = [], [], False
    for token in lexer:
        if token in OPERATORS or set(token) <= set("|&;()\n"):
            commands.append(words)
            words = []
        elif set(token) <= set("<>&"):
            skip = True
        elif skip:
            skip = False
        elif words or not re.fullmatch(r"\w+=.*", token, re.DOTALL):
            words.append(token)
    return [words for words in [*commands, words] if words] + inner


def lakefeed_fault(words: list[str], tree) -> str:
    """Of `lakefeed COMMAND …`: the command and its options are known, and each value is there."""
    if not words or words[0].startswith("-"):
        name, rest = "", words
    else:
        name, rest = words[0], words[1:]
    if name not in tree:
        return f"lakefeed has no command {name}"
    rest, positionals = list(rest), []
    while rest:
        word = rest.pop(0)
        option, equals, _ = word.partition("=")
        if not word.startswith("-") or word == "-":
            positionals.append(word)
            continue
        if option not in tree[name].options:
            return f"lakefeed {name} has no option {option}"
        if tree[name].options[option] and not equals:
            if not rest:
                return f"lakefeed {name} {option} lacks its value"
            rest.pop(0)
    if positionals and not tree[name].arguments:
        return f"lakefeed {name} takes no words but its options'"
    takes_function = tree[name].arguments[:1] and tree[name].arguments[0].startswith("FUNCTION")
    if positionals and takes_function and "--bootstrap" not in words and positionals[0] not in functions():
        return f"there is no function {positionals[0]}"
    return ""


@functools.cache
def functions() -> set[str]:
    return {path.parent.name for path in (TOP / "functions").glob("*/handler.cc")}


def script_fault(words: list[str], folder, tree) -> str:
    """Of one of our scripts: its options, and words that are no paths, stand in its text or are a function's name."""
    script = folder / words[0]
    if not script.is_file():
        return ""  # path_fault tells
    if words[0] == "./events/replay":
        return lakefeed_fault(["replay", *words[1:]], tree)
    known = functions() | set(re.findall(r"[\w-]+", script.read_text(errors="replace")))
    for word in words[1:]:
        word = word.partition("=")[0]
        if re.fullmatch(r"-*\w[\w-]*", word) and word not in known:
            return f"{words[0]} knows nothing of {word}"
    return ""


@functools.cache
def aws_model(service: str):
    try:
        return botocore.session.get_session().get_service_model(AWS_RENAMED.get(service, service))
    except botocore.exceptions.UnknownServiceError:
        return None


def aws_operation(service: str, operation: str):
    model = aws_model(service)
    for name in model.operation_names:
        if xform_name(name, "-") == operation:
            return model.operation_model(name)
    return None


def aws_fault(words: list[str]) -> str:
    """Of `aws SERVICE OPERATION --option …`, by botocore's models."""
    words = list(words)
    while words and words[0].startswith("--"):
        option = words.pop(0).partition("=")[0]
        if option in AWS_VALUED:
            words.pop(0)
        elif option not in AWS_FLAGS:
            return f"aws has no option {option}"
    if len(words) < 2:
        return "aws lacks a service and an operation"
    service, operation, *rest = words
    if operation in AWS_OWN.get(service, ()):
        return ""
    if service in ("s3", "configure") or aws_model(service) is None:
        return f"aws has no command {service} {operation}"
    if operation == "wait":
        waiters = botocore.session.get_session().get_waiter_model(AWS_RENAMED.get(service, service)).waiter_names
        known = {xform_name(name, "-"): name for name in waiters}
        if not rest or rest[0] not in known:
            return f"aws {service} wait has no {' '.join(rest[:1])}"
        return ""
    found = aws_operation(service, operation)
    if found is None:
        return f"aws {service} has no operation {operation}"
    members = found.input_shape.members if found.input_shape else {}
    known = {f"--{xform_name(name, '-')}": shape for name, shape in members.items()}
    known |= {f"--no-{name[2:]}": shape for name, shape in known.items() if shape.type_name == "boolean"}
    given = {word.partition("=")[0] for word in rest if word.startswith("--")}
    for option in given - AWS_VALUED - AWS_FLAGS - set(known):
        return f"aws {service} {operation} has no option {option}"
    if "--cli-input-json" not in given and found.input_shape:
        for name in found.input_shape.required_members:
            if f"--{xform_name(name, '-')}" not in given:
                return f"aws {service} {operation} lacks --{xform_name(name, '-')}"
    return ""


@functools.cache
def template_parameters() -> set[str]:
    section = (TOP / "deploy/template.yaml").read_text().partition("\nParameters:\n")[2]
    return set(re.findall(r"^  (\w+):", re.split(r"^\w", section, maxsplit=1, flags=re.MULTILINE)[0], re.MULTILINE))


def sam_fault(words: list[str]) -> str:
    """Of `sam … --parameter-overrides NAME=VALUE…`: the template has the parameters."""
    if "--parameter-overrides" not in words:
        return ""
    for word in words[words.index("--parameter-overrides") + 1 :]:
        if word.startswith("--"):
            break
        for pair in shlex.split(word) if word.count("=") > 1 else [word]:
            if pair.partition("=")[0] not in template_parameters():
                return f"the template has no parameter {pair.partition('=')[0]}"
    return ""


def snow_fault(words: list[str], folder) -> str:
    """Of `snow sql -f FILE -D NAME=VALUE…`: the file has the placeholders."""
    options = list(zip(words, words[1:]))
    scripts = [folder / value for option, value in options if option in ("-f", "--filename")]
    text = "".join(script.read_text() for script in scripts if script.is_file())
    for option, value in options:
        name = value.partition("=")[0]
        if text and option in ("-D", "--variable") and not re.search(rf"<%\W*{name}\W*%>", text):
            return f"{scripts[0].name} has no placeholder {name}"
    return ""


# A word that names something of the repository: it begins with one of its folders.
def path_fault(word: str, folder) -> str:
    word = word.partition("=")[2] if word.startswith("--") and "=" in word else word
    word = re.sub(r"^(file|fileb)://", "", word)
    own = {path.name for path in TOP.iterdir()} - {"build", "dist", ".git"}
    head = word.removeprefix("./").split("/")[0]
    is_ours = word.startswith("./") or ("/" in word and head in own and folder == TOP)
    if not is_ours or head in ("build", "dist") or re.search(r"[*?$<{]|[A-Z]{4}", word.partition("/")[2]):
        return ""
    return "" if (folder / word).exists() else f"there is no file {word}"


def faults_of(command: str, tree, folder) -> list[str]:
    """Everything that is wrong with a command line that is written for `folder`."""
    if fault := shell_fault(command):
        return [fault]
    faults = []
    for words in simple_commands(command):
        program = words[0].rsplit("/", 1)[-1]
        if program in ("sudo", "time", "env", "exec"):
            words = words[1:]
            program = words[0].rsplit("/", 1)[-1] if words else ""
        if program == "lakefeed":
            faults.append(lakefeed_fault(words[1:], tree))
        elif words and words[0].startswith("./"):
            faults.append(script_fault(words, folder, tree))
        elif words and words[0] == "aws":
            faults.append(aws_fault(words[1:]))
        elif words and words[0] == "sam":
            faults.append(sam_fault(words))
        elif words and words[0] == "snow":
            faults.append(snow_fault(words, folder))
        faults += [path_fault(word, folder) for word in words]
    return [fault for fault in faults if fault]
