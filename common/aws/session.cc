#include "common/aws/session.h"

#include <utility>

namespace aws {

SessionSettings SessionSettings::from_environment(base::SettingsReader& reader,
                                                  const base::Environment& environment) {
    SessionSettings settings;
    settings.http = http::CurlSettings::from_environment(reader);
    settings.client = ClientSettings::from_environment(reader, environment);
    return settings;
}

Session::Session(SessionSettings settings, const SessionSeams& seams)
    : http_(http::make_curl_client(std::move(settings.http), seams.clock)),
      credentials_(make_credentials_provider(seams.environment, *http_, seams.clock)),
      client_(std::move(settings.client),
              {*http_, *credentials_, seams.clock, seams.random, seams.log}) {}

}  // namespace aws
