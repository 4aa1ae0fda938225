// https://man7.org/linux/man-pages/man7/groff_man.7.html: .SH and .SS are headings, .TP an indented
// paragraph with its tag on the first line, .EX to .EE an example whose lines stay as they are.
#include "functions/tool/manual_page.h"

#include <algorithm>

#include <fmt/format.h>

namespace tool {
namespace {

// Escapes make a line longer, to at most 80.
constexpr std::size_t kColumns = 66;

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

// In lines that are no longer than a page of roff should have.
std::string flowing(std::string_view text) {
    std::string roff;
    while (text.size() > kColumns) {
        const std::size_t blank = text.rfind(' ', kColumns);
        if (blank == std::string_view::npos) break;
        roff += roff_text(text.substr(0, blank)) + "\n";
        text.remove_prefix(blank + 1);
    }
    return roff + roff_text(text) + "\n";
}

std::string in_place(std::string_view text) {
    std::string roff;
    while (!text.empty())
        roff += roff_text(take_line(text)) + "\n";
    return roff;
}

// Lines that begin with a blank stay as they are, all others flow.
std::string body(std::string_view text) {
    std::string roff;
    bool is_example = false;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.starts_with(' ') != is_example) {
            is_example = !is_example;
            roff += is_example ? ".PP\n.EX\n" : ".EE\n.PP\n";
        }
        if (is_example) {
            roff += roff_text(line) + "\n";
        } else {
            roff += line.empty() ? ".PP\n" : flowing(line);
        }
    }
    if (is_example) roff += ".EE\n";
    return roff;
}

// "Exit codes: 0 well, …" without its first words, which the page says otherwise.
std::string_view without_title(std::string_view text, std::string_view title) {
    if (text.starts_with(title)) text.remove_prefix(title.size());
    while (text.starts_with(' ') || text.starts_with('\n'))
        text.remove_prefix(1);
    return text;
}

std::string examples(const Footer& footer) {
    std::string_view text = footer.examples;
    take_line(text);
    return text.empty() ? "" : ".EX\n" + in_place(text) + ".EE\n";
}

std::string entry(const OptionNode& option) {
    std::string tag;
    for (const std::string& name : option.names)
        tag += fmt::format("{}\\fB{}\\fR", tag.empty() ? "" : ", ", roff_text(name));
    if (!option.value.empty()) {
        tag += fmt::format("{}\\fI{}\\fR", tag.empty() ? "" : " ", roff_text(option.value));
    }
    if (option.repeats && !option.names.empty()) tag += " ...";
    return fmt::format(".TP\n{}\n{}", tag, flowing(option.about));
}

std::string options(const CommandNode& command) {
    std::string text;
    for (const OptionNode& argument : command.arguments)
        text += entry(argument);
    for (const OptionNode& option : command.options)
        text += entry(option);
    return text;
}

std::string section(const CommandNode& command) {
    const Footer& footer = command.footer;
    std::string text = fmt::format(".SS {}\n{}{}", roff_text(usage_of(command)),
                                   flowing(command.about + "."), options(command));
    if (!footer.prose.empty()) text += ".PP\n" + body(footer.prose);
    if (!footer.exit_codes.empty()) text += ".PP\n" + body(footer.exit_codes);
    return text + ".PP\nExamples:\n" + examples(footer);
}

}  // namespace

std::string roff_text(std::string_view text) {
    std::string roff;
    if (text.starts_with('.') || text.starts_with('\'')) roff += "\\&";
    for (const char c : text) {
        switch (c) {
            case '\\':
                roff += "\\e";
                break;
            case '-':
                roff += "\\-";
                break;
            case '\'':
                roff += "\\(aq";
                break;
            case '`':
                roff += "\\(ga";
                break;
            case '^':
                roff += "\\(ha";
                break;
            case '~':
                roff += "\\(ti";
                break;
            default:
                roff += c;
        }
    }
    return roff;
}

std::string manual_page(const CommandNode& top, std::string_view version) {
    // The version in the place of a date: the same source gives the same bytes.
    std::string text =
        fmt::format(".TH LAKEFEED 1 \"\" \"{}\" \"User Commands\"\n", roff_text(version));
    text += fmt::format(".SH NAME\n{} \\- {}", roff_text(top.name), flowing(top.about));
    text += fmt::format(".SH SYNOPSIS\n{}\n", roff_text(usage_of(top)));
    if (!top.footer.prose.empty()) text += ".SH DESCRIPTION\n" + body(top.footer.prose);
    text += ".SH OPTIONS\n" + options(top);
    text += ".SH COMMANDS\n";
    for (const CommandNode& command : top.commands)
        text += section(command);
    text += ".SH EXIT STATUS\n" + body(without_title(top.footer.exit_codes, "Exit codes:"));
    return text + ".SH EXAMPLES\n" + examples(top.footer);
}

}  // namespace tool
