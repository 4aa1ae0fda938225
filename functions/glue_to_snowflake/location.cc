#include "functions/glue_to_snowflake/location.h"

#include <algorithm>
#include <array>

namespace glue_to_snowflake {

std::size_t S3Location::depth() const {
    return static_cast<std::size_t>(std::count(prefix.begin(), prefix.end(), '/'));
}

std::optional<S3Location> parse_s3_location(std::string_view text) {
    static constexpr std::array<std::string_view, 3> kSchemes{"s3://", "s3a://", "s3n://"};
    for (const std::string_view scheme : kSchemes) {
        if (!text.starts_with(scheme)) continue;
        text.remove_prefix(scheme.size());
        const std::size_t slash = text.find('/');
        S3Location location;
        location.bucket = text.substr(0, slash);
        if (location.bucket.empty()) return std::nullopt;
        if (slash != std::string_view::npos) location.prefix = text.substr(slash + 1);
        if (!location.prefix.empty() && location.prefix.back() != '/') location.prefix += '/';
        return location;
    }
    return std::nullopt;
}

const Stage* find_stage(const std::vector<Stage>& stages, const S3Location& location) {
    const Stage* longest = nullptr;
    for (const Stage& stage : stages) {
        const bool covers = stage.location.bucket == location.bucket &&
                            location.prefix.starts_with(stage.location.prefix);
        if (!covers) continue;
        if (longest == nullptr || stage.location.prefix.size() > longest->location.prefix.size()) {
            longest = &stage;
        }
    }
    return longest;
}

base::Result<snowflake::StagePath> stage_path(const Stage& stage, const S3Location& location) {
    return snowflake::StagePath::from(
        stage.name, std::string_view(location.prefix).substr(stage.location.prefix.size()));
}

}  // namespace glue_to_snowflake
