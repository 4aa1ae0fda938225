// https://zsh.sourceforge.io/Doc/Release/Completion-System.html: _arguments takes a specification
// per word, '--option=[about]:PLACEHOLDER:action' or '1:PLACEHOLDER:action'.
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "functions/tool/shell_completion.h"

namespace tool {
namespace {

constexpr std::string_view kHead =
    R"(#compdef lakefeed
# How zsh completes lakefeed's words, as `lakefeed completion zsh` tells it. To load it, after compinit:
#   source <(lakefeed completion zsh)
# or save it as _lakefeed in a folder of fpath.

_lakefeed() {
    local curcontext=$curcontext context state line
    typeset -A opt_args
)";

constexpr std::string_view kTail = R"(            esac
            ;;
    esac
}

if [[ ${funcstack[1]} == _lakefeed ]]; then _lakefeed "$@"; else compdef _lakefeed lakefeed; fi
)";

// Within a specification.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string action(const std::string& placeholder, const CommandNode& top) {
    switch (word_kind(placeholder)) {
        case WordKind::text:
            return " ";
        case WordKind::file:
            return "_files";
        case WordKind::folder:
            return "_files -/";
        default:
            return fmt::format("({})", fmt::join(words_for(placeholder, top), " "));
    }
}

std::string arguments(const CommandNode& command, const CommandNode& top, std::string_view indent) {
    std::string text;
    const auto add = [&](const std::string& specification) {
        text += fmt::format(" \\\n{}    {}", indent, single_quoted(specification));
    };
    for (const OptionNode& option : command.options) {
        const std::string all = fmt::format("{}", fmt::join(option.names, " "));
        for (const std::string& name : option.names) {
            const bool takes = !option.value.empty();
            add(fmt::format(
                "{}{}{}[{}]{}", option.repeats ? "*" : "(" + all + ")", name,
                takes && name.starts_with("--") ? "=" : "", escaped(option.about),
                takes ? fmt::format(":{}:{}", escaped(option.value), action(option.value, top))
                      : ""));
        }
    }
    int at = 0;
    for (const Place& place : places_of(command)) {
        add(fmt::format("{}:{}:{}", place.repeats ? "*" : std::to_string(++at),
                        escaped(place.placeholder), action(place.placeholder, top)));
    }
    return text;
}

}  // namespace

std::string zsh_completion(const CommandNode& top) {
    std::string text(kHead);
    text += "    _arguments -C" + arguments(top, top, "    ");
    text += " \\\n        '1:COMMAND:->command' '*:: :->rest'\n";
    text += "    case $state in\n        command)\n            local -a commands=(\n";
    for (const CommandNode& command : top.commands) {
        text += fmt::format(
            "                {}\n",
            single_quoted(fmt::format("{}:{}", last_word(command.name), escaped(command.about))));
    }
    text +=
        "            )\n            _describe -t commands command commands\n            ;;\n"
        "        rest)\n            case ${line[1]} in\n";
    for (const CommandNode& command : top.commands) {
        text += fmt::format("                {}) _arguments{} ;;\n", last_word(command.name),
                            arguments(command, top, "                "));
    }
    return text + std::string(kTail);
}

}  // namespace tool
