#include "functions/glue_to_snowflake/definition/projection.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/definition/date_pattern.h"
#include "functions/glue_to_snowflake/definition/hive_type.h"
#include "functions/glue_to_snowflake/definition/parameters.h"

namespace glue_to_snowflake {
namespace {

using snowflake::Sql;

constexpr std::string_view kTemplate = "storage.location.template";
constexpr int kDigitsMax = 19;  // of a bigint

// A text of the template, or a piece of a key's value.
struct Part {
    std::optional<std::size_t> key = {};
    std::string text = {};   // of the template, where it is no key
    std::string regex = {};  // of the piece
    bool is_fixed_width = false;
};

using Segment = std::vector<Part>;

// The parameters of one key.
class KeyProjection {
  public:
    KeyProjection(const aws::GlueTable& table, const aws::GlueColumn& key)
        : table_(table), key_(key) {}

    [[nodiscard]] std::vector<DatePiece> pieces() const {
        const std::string kind = ascii_lower(value("type"));
        if (kind == "date") {
            if (!pattern().empty()) return date_pieces(pattern());
            return {{.regex = ".+", .is_fixed_width = false}};
        }
        if (kind != "integer") return {{.regex = ".+", .is_fixed_width = false}};
        int digits = 0;
        const std::string_view text = value("digits");
        std::from_chars(text.data(), text.data() + text.size(), digits);
        if (digits < 1 || digits > kDigitsMax)
            return {{.regex = "-?[0-9]+", .is_fixed_width = false}};
        return {{.regex = fmt::format("[0-9]{{{}}}", digits)}};
    }

    // Of a date's text in Snowflake's letters; empty where the key's type needs none. Nothing where
    // there is no such format.
    [[nodiscard]] std::optional<std::string> format() const {
        const auto type = parse_hive_type(key_.type);
        const bool is_time =
            type && (type->kind == HiveKind::date || type->kind == HiveKind::timestamp);
        if (!is_time || pattern().empty()) return "";
        std::string format;
        for (const DatePiece& piece : date_pieces(pattern())) {
            if (!piece.format) return std::nullopt;
            if (!format.empty()) format += '/';
            format += *piece.format;
        }
        return format;
    }

    [[nodiscard]] std::string_view pattern() const { return value("format"); }

    // Values that take more than one folder, and not all the same number.
    [[nodiscard]] bool has_folders_in_values() const {
        return ascii_lower(value("type")) == "enum" &&
               value("values").find('/') != std::string_view::npos;
    }

  private:
    [[nodiscard]] std::string_view value(std::string_view property) const {
        return parameter(table_.parameters, fmt::format("projection.{}.{}", key_.name, property));
    }

    const aws::GlueTable& table_;
    const aws::GlueColumn& key_;
};

// The segments of a template's path, each key in as many pieces as its value has folders.
class TemplateReader {
  public:
    explicit TemplateReader(const aws::GlueTable& table) : table_(table) {}

    // The reason why the path cannot be read; nothing where it can.
    std::optional<std::string> read(std::string_view path) {
        while (!path.empty()) {
            const std::size_t slash = path.find('/');
            segments.emplace_back();
            if (auto reason = read_segment(path.substr(0, slash))) return reason;
            path.remove_prefix(std::min(slash, path.size() - 1) + 1);
        }
        return std::nullopt;
    }

    std::vector<Segment> segments;

  private:
    std::optional<std::string> read_segment(std::string_view text) {
        for (;;) {
            const std::size_t start = text.find("${");
            if (start != 0 && !text.empty())
                segments.back().push_back({.text = std::string(text.substr(0, start))});
            if (start == std::string_view::npos) return std::nullopt;
            const std::size_t end = text.find('}', start);
            if (end == std::string_view::npos)
                return fmt::format("a ${{ of {} is not closed", kTemplate);
            const std::string_view name = text.substr(start + 2, end - start - 2);
            if (!add_key(name))
                return fmt::format("{} names {}, which is no partition key", kTemplate, name);
            text.remove_prefix(end + 1);
        }
    }

    bool add_key(std::string_view name) {
        const auto& keys = table_.partition_keys;
        const auto found =
            std::find_if(keys.begin(), keys.end(), [name](const aws::GlueColumn& key) {
                return ascii_lower(key.name) == ascii_lower(name);
            });
        if (found == keys.end()) return false;
        const auto key = static_cast<std::size_t>(found - keys.begin());
        bool is_first = true;
        for (DatePiece& piece : KeyProjection(table_, *found).pieces()) {
            if (!is_first) segments.emplace_back();
            is_first = false;
            segments.back().push_back({.key = key,
                                       .regex = std::move(piece.regex),
                                       .is_fixed_width = piece.is_fixed_width});
        }
        return true;
    }

    const aws::GlueTable& table_;
};

bool is_any_text(const Part& part) {
    return part.key && part.regex.find(".+") != std::string::npos;
}

// Whether one text of the segment can be read in two ways.
bool is_ambiguous(const Segment& segment) {
    if (std::count_if(segment.begin(), segment.end(), is_any_text) > 1) return true;
    for (std::size_t i = 1; i < segment.size(); ++i) {
        if (segment[i - 1].key && segment[i].key && !segment[i - 1].is_fixed_width) return true;
    }
    return false;
}

std::string segment_regex(const Segment& segment) {
    std::string regex = "^";
    for (const Part& part : segment)
        regex += part.key ? fmt::format("({})", part.regex) : regex_quote(part.text);
    return regex += '$';
}

// The piece of the part at `index` of a segment.
Sql piece_text(const Segment& segment, std::size_t index, std::size_t folder) {
    if (segment.size() == 1) return folder_name(folder);
    std::int64_t group = 0;
    for (std::size_t i = 0; i <= index; ++i)
        group += segment[i].key ? 1 : 0;
    return Sql("REGEXP_SUBSTR(")
        .sql(folder_name(folder))
        .fixed(", ")
        .literal(segment_regex(segment))
        .fixed(", 1, 1, 'e', ")
        .integer(group)
        .fixed(")");
}

// ${k} or k=${k}: as in a table without a template.
bool is_whole_folder(const Segment& segment, const std::string& name) {
    return segment.size() == 1 ||
           (segment.size() == 2 && ascii_lower(segment[0].text) == ascii_lower(name) + "=");
}

struct PieceAt {
    std::size_t segment;
    std::size_t part;
};

// The pieces of a key's value; where the template has the key twice, of the first.
std::vector<PieceAt> pieces_of(std::size_t key, std::size_t pieces_count,
                               const std::vector<Segment>& segments) {
    std::vector<PieceAt> pieces;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        for (std::size_t j = 0; j < segments[i].size(); ++j) {
            if (segments[i][j].key == key && pieces.size() < pieces_count) pieces.push_back({i, j});
        }
    }
    return pieces;
}

Sql joined_text(const std::vector<PieceAt>& pieces, const std::vector<Segment>& segments) {
    Sql text;
    for (const PieceAt& piece : pieces) {
        if (!text.text().empty()) text.fixed(" || '/' || ");
        text.sql(piece_text(segments[piece.segment], piece.part, piece.segment + 1));
    }
    return text;
}

using PlaceOrUnfit = std::variant<KeyPlace, UnfitTemplate>;

PlaceOrUnfit place_of(const aws::GlueTable& table, std::size_t key,
                      const std::vector<Segment>& segments) {
    const aws::GlueColumn& column = table.partition_keys[key];
    const KeyProjection projection(table, column);
    const auto pieces = pieces_of(key, projection.pieces().size(), segments);
    if (pieces.empty())
        return UnfitTemplate{fmt::format("{} has no ${{{}}}", kTemplate, column.name)};
    if (projection.has_folders_in_values())
        return UnfitTemplate{
            fmt::format("projection.{}.values has values with a slash", column.name)};
    for (const PieceAt& piece : pieces) {
        if (is_ambiguous(segments[piece.segment]))
            return UnfitTemplate{fmt::format(
                "the values in one folder of {} cannot be told apart: {} has no text of its own "
                "length beside another key",
                kTemplate, column.name)};
    }
    auto format = projection.format();
    if (!format)
        return UnfitTemplate{
            fmt::format("projection.{}.format {} is a pattern that Snowflake has no format for",
                        column.name, projection.pattern())};
    const std::size_t first = pieces[0].segment;
    if (pieces.size() == 1 && is_whole_folder(segments[first], column.name))
        return KeyPlace{.folder = first + 1, .format = *std::move(format)};
    return KeyPlace{.text = joined_text(pieces, segments), .format = *std::move(format)};
}

// Athena's own: a folder KEY=value for each key.
std::string default_path(const aws::GlueTable& table, const S3Location& location) {
    std::string path = location.prefix;
    for (const aws::GlueColumn& key : table.partition_keys)
        path += fmt::format("{0}=${{{0}}}/", key.name);
    return path;
}

}  // namespace

bool is_projected(const aws::GlueTable& table) {
    return !table.partition_keys.empty() &&
           is_true(parameter(table.parameters, "projection.enabled"));
}

std::variant<std::vector<KeyPlace>, UnfitTemplate> projected_places(const aws::GlueTable& table,
                                                                    const S3Location& location) {
    const std::string_view text = parameter(table.parameters, kTemplate);
    std::string path = default_path(table, location);
    if (!text.empty()) {
        auto parsed = parse_s3_location(text);
        if (!parsed || !location.covers(*parsed)) {
            return UnfitTemplate{
                fmt::format("{} {} does not lie below the table's location", kTemplate, text)};
        }
        path = std::move(parsed->prefix);
    }
    TemplateReader reader(table);
    if (auto reason = reader.read(path)) return UnfitTemplate{*std::move(reason)};
    std::vector<KeyPlace> places;
    for (std::size_t key = 0; key < table.partition_keys.size(); ++key) {
        auto place = place_of(table, key, reader.segments);
        if (auto* unfit = std::get_if<UnfitTemplate>(&place)) return std::move(*unfit);
        places.push_back(std::get<KeyPlace>(std::move(place)));
    }
    return places;
}

}  // namespace glue_to_snowflake
