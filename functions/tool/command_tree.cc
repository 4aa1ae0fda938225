#include "functions/tool/command_tree.h"

#include <algorithm>
#include <cctype>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "functions/tool/settings_check.h"

namespace tool {
namespace {

constexpr std::string_view kExamples = "Examples:";
constexpr std::string_view kExitCodes = "Exit codes:";
constexpr std::string_view kMore = "...";

OptionNode read_option(const CLI::Option& option) {
    OptionNode node{.names = {},
                    .value = option.get_option_text(),
                    .about = option.get_description(),
                    .required = option.get_required(),
                    .repeats = false};
    for (const std::string& name : option.get_snames())
        node.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        node.names.push_back("--" + name);
    if (option.get_type_size() == 0) return node;
    node.repeats = option.get_expected_max() > 1;
    if (node.value.empty()) node.value = option.get_type_name();
    if (node.value.empty()) node.value = option.get_name(true);
    return node;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

}  // namespace

CommandNode read_command(const CLI::App& app, const std::string& name) {
    CommandNode node{.name = name,
                     .about = app.get_description(),
                     .arguments = {},
                     .options = {},
                     .footer = read_footer(app.get_footer()),
                     .commands = {}};
    for (const CLI::Option* option : app.get_options())
        (option->get_positional() ? node.arguments : node.options).push_back(read_option(*option));
    for (const CLI::App* command : app.get_subcommands({}))
        node.commands.push_back(read_command(*command, name + " " + command->get_name()));
    return node;
}

Footer read_footer(std::string_view text) {
    Footer footer;
    if (text.starts_with(kExamples)) {
        const std::size_t end = std::min(text.find("\n\n"), text.size());
        footer.examples = text.substr(0, end);
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    std::size_t codes = text.find(kExitCodes);
    if (codes > 0 && codes < text.size() && text[codes - 1] != '\n') codes = std::string::npos;
    if (codes < text.size()) {
        footer.exit_codes = text.substr(codes);
        text = text.substr(0, codes);
    }
    while (text.ends_with('\n'))
        text.remove_suffix(1);
    footer.prose = text;
    return footer;
}

std::string_view last_word(std::string_view name) {
    return name.substr(name.rfind(' ') + 1);
}

std::string usage_of(const CommandNode& command) {
    std::string usage = command.name;
    for (const OptionNode& option : command.options)
        if (option.required) usage += " " + option_heading(option);
    if (!command.options.empty()) usage += " [OPTIONS]";
    for (const OptionNode& argument : command.arguments)
        usage += " " + argument.value;
    if (!command.commands.empty()) usage += " COMMAND";
    return usage;
}

std::string option_heading(const OptionNode& option) {
    std::string heading = fmt::format("{}", fmt::join(option.names, ", "));
    if (!option.value.empty()) heading += (heading.empty() ? "" : " ") + option.value;
    if (option.repeats && !option.names.empty()) heading += " ...";
    return heading;
}

WordKind word_kind(std::string_view placeholder) {
    if (placeholder == "FILE" || placeholder == "PATH" || placeholder == "URI")
        return WordKind::file;
    if (placeholder == "FOLDER") return WordKind::folder;
    if (placeholder == "FUNCTION") return WordKind::function;
    if (placeholder == "COMMAND") return WordKind::command;
    const auto is_of_a_word = [](unsigned char c) {
        return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_' || c == '-' || c == '|';
    };
    return !placeholder.empty() && std::ranges::all_of(placeholder, is_of_a_word)
               ? WordKind::literal
               : WordKind::text;
}

std::vector<Place> places_of(const CommandNode& command) {
    std::vector<Place> places;
    for (const OptionNode& argument : command.arguments) {
        for (std::string_view word : split(argument.value, ' ')) {
            if (word.starts_with('[') && word.ends_with(']'))
                word = word.substr(1, word.size() - 2);
            const bool repeats = word.ends_with(kMore);
            if (repeats) word.remove_suffix(kMore.size());
            places.push_back({std::string(word), repeats});
        }
    }
    return places;
}

std::vector<std::string> words_for(std::string_view placeholder, const CommandNode& top) {
    const WordKind kind = word_kind(placeholder);
    if (kind == WordKind::literal) return split(placeholder, '|');
    if (kind == WordKind::function) return known_functions();
    std::vector<std::string> words;
    if (kind == WordKind::command) {
        for (const CommandNode& command : top.commands)
            words.emplace_back(last_word(command.name));
    }
    return words;
}

}  // namespace tool
