#include "functions/tool/help_text.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace tool {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kHeadingColumns = 28;

// One heading and what it is about, which goes on below itself where the line is full.
std::string entry(const std::string& heading, std::string_view about) {
    std::string text = "  " + heading;
    std::size_t column = text.size();
    if (column + 2 > kHeadingColumns) {
        text += '\n';
        column = 0;
    }
    text.append(kHeadingColumns - column, ' ');
    column = kHeadingColumns;
    while (!about.empty()) {
        const std::size_t end = std::min(about.find(' '), about.size());
        if (column > kHeadingColumns && column + 1 + end > kColumns) {
            text += "\n" + std::string(kHeadingColumns, ' ');
            column = kHeadingColumns;
        }
        if (column > kHeadingColumns) {
            text += ' ';
            ++column;
        }
        text += about.substr(0, end);
        column += end;
        about.remove_prefix(std::min(end + 1, about.size()));
    }
    return text + "\n";
}

std::string entries(std::string_view title, const std::vector<OptionNode>& options) {
    if (options.empty()) return {};
    std::string text = fmt::format("\n{}:\n", title);
    for (const OptionNode& option : options)
        text += entry(option_heading(option), option.about);
    return text;
}

std::string paragraph(const std::string& text) {
    return text.empty() ? "" : "\n" + text + "\n";
}

}  // namespace

std::string help_text(const CommandNode& command) {
    std::string text = fmt::format("Usage: {}\n{}\n", usage_of(command), command.about);
    text += paragraph(command.footer.examples);
    if (!command.commands.empty()) {
        text += "\nCommands:\n";
        for (const CommandNode& one : command.commands)
            text += entry(std::string(last_word(one.name)), one.about);
    }
    text += entries("Arguments", command.arguments);
    text += entries("Options", command.options);
    text += paragraph(command.footer.prose);
    if (command.footer.prose.empty()) text += '\n';
    text += command.footer.exit_codes + "\n";
    return text;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode /*mode*/) const {
    return help_text(read_command(*app, name));
}

}  // namespace tool
