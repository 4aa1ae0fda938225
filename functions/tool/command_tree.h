// The command line of `lakefeed` as plain values. --help, the manual page and the shells'
// completions are all written from it, so that none of them can drift from what is parsed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace tool {

// An option, or (without names) what stands for itself, such as "FUNCTION [FILE...]".
struct OptionNode {
    std::vector<std::string> names = {};  // "-h", "--help"
    std::string value = {};               // "FILE"; of an option that takes none, empty
    std::string about = {};
    bool required = false;
    bool repeats = false;
};

// What a command's footer says. Each begins with its words ("Examples:", "Exit codes:"), which
// stand alone on the first line or begin it; the rest is prose.
struct Footer {
    std::string examples;
    std::string prose;
    std::string exit_codes;
};

struct CommandNode {
    std::string name = {};  // "lakefeed replay"
    std::string about = {};
    std::vector<OptionNode> arguments = {};
    std::vector<OptionNode> options = {};
    Footer footer = {};
    std::vector<CommandNode> commands = {};
};

// `name` is how the command is called, such as "lakefeed replay".
CommandNode read_command(const CLI::App& app, const std::string& name);

Footer read_footer(std::string_view text);

// "replay" of "lakefeed replay".
std::string_view last_word(std::string_view name);

// How it is called: "lakefeed backfill --manifest URI --lake URI [OPTIONS]".
std::string usage_of(const CommandNode& command);

// "-h, --help", "--env NAME=VALUE ...", "FUNCTION [FILE...]".
std::string option_heading(const OptionNode& option);

// What may stand for a placeholder: FILE, PATH and URI are files, FOLDER is a folder, FUNCTION and
// COMMAND are names that are known, and small letters are the words themselves ("bash|zsh|fish").
enum class WordKind { text, file, folder, function, command, literal };
WordKind word_kind(std::string_view placeholder);

// "FUNCTION [FILE...]" -> FUNCTION, then any number of FILE.
struct Place {
    std::string placeholder;
    bool repeats = false;
};
std::vector<Place> places_of(const CommandNode& command);

// The words that may stand for a placeholder: of the kinds function, command and literal.
std::vector<std::string> words_for(std::string_view placeholder, const CommandNode& top);

}  // namespace tool
