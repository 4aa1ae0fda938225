// https://fishshell.com/docs/current/completions.html: a `complete` for each word that may come,
// with the condition under which it may.
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "functions/tool/shell_completion.h"

namespace tool {
namespace {

constexpr std::string_view kHead =
    R"(# How fish completes lakefeed's words, as `lakefeed completion fish` tells it. To load it:
#   lakefeed completion fish | source
# or save it as ~/.config/fish/completions/lakefeed.fish.
complete -c lakefeed -f

function __lakefeed_command_is
    set -l words (commandline -opc)
    for word in $words[2..]
        string match -q -- '-*' $word; and continue
        test $word = $argv[1]
        return
    end
    return 1
end

function __lakefeed_has_none_of
    set -l words (commandline -opc)
    for word in $words[3..]
        contains -- $word $argv; and return 1
    end
    return 0
end

)";

// What stands for a value: -x is a word of its own and no file, -F files too.
std::string values(const std::string& placeholder, const CommandNode& top) {
    switch (word_kind(placeholder)) {
        case WordKind::text:
            return " -x";
        case WordKind::file:
            return " -r -F";
        case WordKind::folder:
            return " -x -a '(__fish_complete_directories)'";
        default:
            return fmt::format(" -x -a '{}'", fmt::join(words_for(placeholder, top), " "));
    }
}

std::string options(const CommandNode& command, const std::string& condition,
                    const CommandNode& top) {
    std::string text;
    for (const OptionNode& option : command.options) {
        text += fmt::format("complete -c lakefeed -n {}", single_quoted(condition));
        for (const std::string& name : option.names) {
            text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
        }
        if (!option.value.empty()) text += values(option.value, top);
        text += fmt::format(" -d {}\n", single_quoted(option.about));
    }
    return text;
}

// Names come until one of them is there; files at any place.
std::string places(const CommandNode& command, const std::string& condition,
                   const CommandNode& top) {
    std::string text;
    for (const Place& place : places_of(command)) {
        const WordKind kind = word_kind(place.placeholder);
        if (kind == WordKind::text) continue;
        if (kind == WordKind::file || kind == WordKind::folder) {
            text += fmt::format("complete -c lakefeed -n {} -F\n", single_quoted(condition));
            continue;
        }
        const std::string words =
            fmt::format("{}", fmt::join(words_for(place.placeholder, top), " "));
        text += fmt::format(
            "complete -c lakefeed -n {} -a {}\n",
            single_quoted(fmt::format("{}; and __lakefeed_has_none_of {}", condition, words)),
            single_quoted(words));
    }
    return text;
}

}  // namespace

std::string fish_completion(const CommandNode& top) {
    std::string text(kHead);
    text += options(top, "__fish_use_subcommand", top);
    for (const CommandNode& command : top.commands) {
        text += fmt::format("complete -c lakefeed -n __fish_use_subcommand -a {} -d {}\n",
                            last_word(command.name), single_quoted(command.about));
        const std::string condition =
            fmt::format("__lakefeed_command_is {}", last_word(command.name));
        text += options(command, condition, top) + places(command, condition, top);
    }
    return text;
}

}  // namespace tool
