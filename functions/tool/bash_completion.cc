// https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html: the function
// finds the words in COMP_WORDS, taken apart at each = and : too, and leaves what fits in
// COMPREPLY.
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "functions/tool/shell_completion.h"

namespace tool {
namespace {

constexpr std::string_view kHead =
    R"(# How bash completes lakefeed's words, as `lakefeed completion bash` tells it. To load it:
#   source <(lakefeed completion bash)
# shellcheck shell=bash disable=SC2034

)";

constexpr std::string_view kBody = R"(_lakefeed() {
    local command="" option="" kind="" words="" place=1 glue="" part i
    local -a typed=()
    for ((i = 1; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        if [[ ${#typed[@]} -gt 0 && ($part =~ ^[=:]+$ || -n $glue) ]]; then
            typed[-1]+=$part
        else
            typed+=("$part")
        fi
        if [[ $part =~ ^[=:]+$ ]]; then glue=yes; else glue=""; fi
    done
    local word=${typed[-1]}
    unset 'typed[-1]'
    for part in "${typed[@]}"; do
        if [ -n "$option" ]; then
            option=""
            continue
        fi
        case $part in
            --*=*) ;;
            -?*)
                _lakefeed_value "$command $part"
                [ -z "$kind" ] || option=$part
                ;;
            *)
                if [ -z "$command" ]; then command=$part; else place=$((place + 1)); fi
                ;;
        esac
    done
    kind=""
    if [ -n "$option" ]; then
        _lakefeed_value "$command $option"
    elif [[ $word == --*=* ]]; then
        _lakefeed_value "$command ${word%%=*}"
    elif [[ $word == -?* || ($word == - && -n $command) ]]; then
        _lakefeed_options "$command"
    else
        _lakefeed_place "$command $place"
    fi
    [[ $word != --*=* ]] || word=${word#*=}
    case $kind in
        words) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") ;;
        file)
            compopt -o filenames 2> /dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            ;;
        folder)
            compopt -o filenames 2> /dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            ;;
        *) COMPREPLY=() ;;
    esac
}
complete -F _lakefeed lakefeed
)";

std::string words_case(const std::string& pattern, const std::vector<std::string>& words) {
    return fmt::format("        {}) kind='words' words='{}' ;;\n", pattern, fmt::join(words, " "));
}

std::string kind_case(const std::string& pattern, const std::string& placeholder,
                      const CommandNode& top) {
    switch (word_kind(placeholder)) {
        case WordKind::text:
            return fmt::format("        {}) kind='text' ;;\n", pattern);
        case WordKind::file:
            return fmt::format("        {}) kind='file' ;;\n", pattern);
        case WordKind::folder:
            return fmt::format("        {}) kind='folder' ;;\n", pattern);
        default:
            return words_case(pattern, words_for(placeholder, top));
    }
}

std::string function(std::string_view name, const std::string& cases) {
    return fmt::format("{}() {{\n    kind=\"\"\n    case $1 in\n{}    esac\n}}\n\n", name, cases);
}

struct Cases {
    std::string values;
    std::string options;
    std::string places;
};

void add_command(Cases& cases, const CommandNode& command, const std::string& name,
                 const CommandNode& top) {
    std::vector<std::string> names;
    for (const OptionNode& option : command.options) {
        for (const std::string& one : option.names) {
            if (one.starts_with("--")) names.push_back(one);
            if (option.value.empty()) continue;
            cases.values +=
                kind_case(single_quoted(fmt::format("{} {}", name, one)), option.value, top);
        }
    }
    cases.options += words_case(single_quoted(name), names);
    int at = 0;
    for (const Place& place : places_of(command)) {
        const std::string pattern =
            place.repeats ? fmt::format("{}*", single_quoted(fmt::format("{} ", name)))
                          : single_quoted(fmt::format("{} {}", name, ++at));
        cases.places += kind_case(pattern, place.placeholder, top);
    }
}

}  // namespace

std::string single_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return quoted + "'";
}

std::string bash_completion(const CommandNode& top) {
    Cases cases;
    cases.places = kind_case("' 1'", "COMMAND", top);
    add_command(cases, top, "", top);
    for (const CommandNode& command : top.commands)
        add_command(cases, command, std::string(last_word(command.name)), top);
    return fmt::format("{}{}{}{}{}", kHead, function("_lakefeed_value", cases.values),
                       function("_lakefeed_options", cases.options),
                       function("_lakefeed_place", cases.places), kBody);
}

}  // namespace tool
