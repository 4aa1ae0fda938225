#include "common/codec/xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace codec {
namespace {

XmlElement parse(const std::string& text) {
    auto root = parse_xml(text, "the answer");
    EXPECT_TRUE(root) << text;
    return root ? *std::move(root) : XmlElement();
}

TEST(Xml, ReadsElementsAndTheirText) {
    const XmlElement root = parse(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<List xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\" a = 'b\"'>\n"
        "  <Name>lake</Name><Prefix/><Empty></Empty >\n"
        "  <Item><Key>a</Key></Item><Item ><Key>b</Key></Item>\n"
        "</List>\n");
    EXPECT_EQ(root.name, "List");
    EXPECT_EQ(root.text, "");
    EXPECT_EQ(root.children.size(), 5U);
    EXPECT_EQ(root.text_of("Name"), "lake");
    EXPECT_NE(root.find("Prefix"), nullptr);
    EXPECT_EQ(root.text_of("Prefix"), "");
    EXPECT_EQ(root.text_of("Empty"), "");
    EXPECT_EQ(root.find("Nothing"), nullptr);
    EXPECT_EQ(root.text_of("Nothing"), "");
    EXPECT_EQ(root.children[4].text_of("Key"), "b");
}

TEST(Xml, PutsReferencesBack) {
    EXPECT_EQ(parse("<a>&lt;&gt;&quot;&apos;&amp;amp;</a>").text, "<>\"'&amp;");
    EXPECT_EQ(parse("<a>&#65;&#x42;&#x7f;&#xFC;&#x20AC;&#x1F600;&#x10FFFF;</a>").text,
              "AB\x7f\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF");
    EXPECT_EQ(parse("<a>&#13;&#10;&#1;</a>").text, "\r\n\x01");
}

TEST(Xml, KeepsBlanksOfATextAndUtf8) {
    EXPECT_EQ(parse("<a> b\tc\n\xC3\xBC ]]> </a>").text, " b\tc\n\xC3\xBC ]]> ");
    EXPECT_EQ(parse("\xEF\xBB\xBF \r\n<a/>").name, "a");
    EXPECT_EQ(parse("<s3:a-b.c_1/>").name, "s3:a-b.c_1");
}

TEST(Xml, RefusesWhatIsNone) {
    for (const std::string& text : {std::string(),
                                    std::string(" "),
                                    std::string("text"),
                                    std::string("<"),
                                    std::string("<a"),
                                    std::string("<a>"),
                                    std::string("<a>x"),
                                    std::string("<a></b>"),
                                    std::string("<a></ a>"),
                                    std::string("<a></a"),
                                    std::string("</a>"),
                                    std::string("< a/>"),
                                    std::string("<1/>"),
                                    std::string("<a/><b/>"),
                                    std::string("<a/>x"),
                                    std::string("<a><b></a></b>"),
                                    std::string("<a b/>"),
                                    std::string("<a b=c/>"),
                                    std::string("<a b='<'/>"),
                                    std::string("<a b='c/>"),
                                    std::string("<a b='c'd='e'/>x"),
                                    std::string("<a>&</a>"),
                                    std::string("<a>&lt</a>"),
                                    std::string("<a>&nbsp;</a>"),
                                    std::string("<a>&#;</a>"),
                                    std::string("<a>&#x;</a>"),
                                    std::string("<a>&#0;</a>"),
                                    std::string("<a>&#-1;</a>"),
                                    std::string("<a>&#xD800;</a>"),
                                    std::string("<a>&#x110000;</a>"),
                                    std::string("<a>&#99999999999;</a>"),
                                    std::string("<a>&#65x;</a>"),
                                    std::string("<a>\x01</a>"),
                                    std::string("<a>\xff</a>"),
                                    std::string("<a>x\0</a>", 9),
                                    std::string("<!DOCTYPE a><a/>"),
                                    std::string("<a><!-- b --></a>"),
                                    std::string("<a><![CDATA[b]]></a>"),
                                    std::string("<a><?b?></a>"),
                                    std::string("<?xml <a/>"),
                                    std::string("{\"a\":1}")}) {
        const auto root = parse_xml(text, "the answer");
        ASSERT_FALSE(root) << text;
        EXPECT_EQ(root.error().kind, base::ErrorKind::data_invalid);
        EXPECT_THAT(root.error().message, testing::StartsWith("the answer: it is no XML"));
    }
}

TEST(Xml, SaysWhereItEnds) {
    EXPECT_EQ(parse_xml("<a>bc</b>", "x").error().message, "x: it is no XML from byte 7 on");
}

std::string nested(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
        text += "<a>";
    for (std::size_t i = 0; i < depth; ++i)
        text += "</a>";
    return text;
}

TEST(Xml, BoundsDepthAndNumber) {
    EXPECT_TRUE(parse_xml(nested(kXmlDepthMax), "x"));
    EXPECT_FALSE(parse_xml(nested(kXmlDepthMax + 1), "x"));
    EXPECT_FALSE(parse_xml(nested(1'000'000), "x"));
    std::string many = "<r>";
    for (std::size_t i = 1; i < kXmlElementsMax; ++i)
        many += "<a/>";
    EXPECT_TRUE(parse_xml(many + "</r>", "x"));
    EXPECT_FALSE(parse_xml(many + "<a/></r>", "x"));
}

TEST(Xml, EscapesWhatItReadsBack) {
    const std::string text = "a<b>&\"'c\"\t\n\x01\xC3\xBC";
    EXPECT_EQ(escape_xml("\"a&b<\""), "&#34;a&#38;b&#60;&#34;");
    EXPECT_EQ(parse("<a>" + escape_xml(text) + "</a>").text, text);
}

}  // namespace
}  // namespace codec
