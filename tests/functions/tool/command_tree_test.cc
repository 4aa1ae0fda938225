#include "functions/tool/command_tree.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functions/tool/help_text.h"
#include "functions/tool/manual_page.h"
#include "functions/tool/shell_completion.h"

namespace tool {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// `lakefeed carry FUNCTION [FILE...]` with an option of each kind.
struct CarryApp {
    CarryApp() {
        CLI::App* command = app.add_subcommand("carry", "carry it");
        command->add_option("what", words, "the load")
            ->type_name("")
            ->option_text("FUNCTION [FILE...]");
        command->add_option("--to", to, "where")->type_name("FOLDER")->required();
        command->add_option("-e,--each", each, "again and again")->type_name("NAME")->take_all();
        command->add_flag("--json", json, "one object");
        command->footer(
            "Examples:\n  lakefeed carry a\n  lakefeed carry b\n\nWords.\nMore.\n"
            "Exit codes: 0 well,\n2 usage.");
        app.add_subcommand("bare", "nothing more");
    }
    [[nodiscard]] CommandNode tree() const { return read_command(app, "lakefeed"); }

    CLI::App app{"Carries.", "lakefeed"};
    std::vector<std::string> words;
    std::vector<std::string> each;
    std::string to;
    bool json = false;
};

TEST(CommandTree, TellsWhatTheParserTakes) {
    const CarryApp carry;
    const CommandNode top = carry.tree();
    ASSERT_EQ(top.commands.size(), 2U);
    const CommandNode& command = top.commands[0];
    EXPECT_EQ(usage_of(command), "lakefeed carry --to FOLDER [OPTIONS] FUNCTION [FILE...]");
    ASSERT_EQ(command.options.size(), 4U);
    EXPECT_EQ(option_heading(command.options[0]), "-h, --help");
    EXPECT_EQ(option_heading(command.options[1]), "--to FOLDER");
    EXPECT_EQ(option_heading(command.options[2]), "-e, --each NAME ...");
    EXPECT_EQ(option_heading(command.options[3]), "--json");
    const auto places = places_of(command);
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[0].placeholder, "FUNCTION");
    EXPECT_FALSE(places[0].repeats);
    EXPECT_EQ(places[1].placeholder, "FILE");
    EXPECT_TRUE(places[1].repeats);
}

TEST(CommandTree, KnowsAPlaceholdersWords) {
    const CommandNode top = CarryApp().tree();
    EXPECT_EQ(word_kind("NAME=VALUE"), WordKind::text);
    EXPECT_EQ(word_kind("DB.SCHEMA.STAGE=s3://..."), WordKind::text);
    EXPECT_EQ(word_kind("URI"), WordKind::file);
    EXPECT_EQ(word_kind("FOLDER"), WordKind::folder);
    EXPECT_EQ(word_kind(""), WordKind::text);
    EXPECT_THAT(words_for("bash|zsh", top), ElementsAre("bash", "zsh"));
    EXPECT_THAT(words_for("COMMAND", top), ElementsAre("carry", "bare"));
    EXPECT_THAT(words_for("FUNCTION", top), testing::Contains("table_export"));
    EXPECT_THAT(words_for("FILE", top), ElementsAre());
}

TEST(ReadFooter, TakesItApart) {
    const Footer footer = CarryApp().tree().commands[0].footer;
    EXPECT_EQ(footer.examples, "Examples:\n  lakefeed carry a\n  lakefeed carry b");
    EXPECT_EQ(footer.prose, "Words.\nMore.");
    EXPECT_EQ(footer.exit_codes, "Exit codes: 0 well,\n2 usage.");
    EXPECT_EQ(read_footer("Of Exit codes: nothing").prose, "Of Exit codes: nothing");
    EXPECT_EQ(read_footer("").prose, "");
}

TEST(HelpText, WrapsWhatAnOptionIsAbout) {
    CommandNode command{.name = "lakefeed x"};
    command.options.push_back({.names = {"--a-name-that-is-rather-long"},
                               .value = "FILE",
                               .about = std::string(60, 'a')});
    command.options.back().about += " " + std::string(40, 'b');
    EXPECT_THAT(help_text(command), HasSubstr("\n  --a-name-that-is-rather-long FILE\n" +
                                              std::string(28, ' ') + std::string(60, 'a') + "\n" +
                                              std::string(28, ' ') + std::string(40, 'b') + "\n"));
}

TEST(RoffText, PrintsEachLetterAsItIs) {
    EXPECT_EQ(roff_text(".a"), "\\&.a");
    EXPECT_EQ(roff_text("'a"), "\\&\\(aqa");
    EXPECT_EQ(roff_text("a\\n--b"), "a\\en\\-\\-b");
    EXPECT_EQ(roff_text("`a` ~ ^"), "\\(gaa\\(ga \\(ti \\(ha");
}

TEST(ManualPage, BreaksNoLineOverALetterThatIsACommand) {
    CommandNode top{.name = "lakefeed", .about = std::string(66, 'a') + " .b"};
    EXPECT_THAT(manual_page(top, "v"), HasSubstr("\n\\&.b\n"));
    EXPECT_THAT(manual_page(top, "v"), StartsWith(".TH LAKEFEED 1 \"\" \"v\""));
}

TEST(SingleQuoted, IsTheTextItself) {
    EXPECT_EQ(single_quoted("it's $(x)"), "'it'\\''s $(x)'");
}

}  // namespace
}  // namespace tool
