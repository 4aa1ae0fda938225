// A bucket as S3 keeps it, behind ScriptedHttp: objects and uploads that are not complete. Any
// request can be made to fail, before or after it is done.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "common/http/http.h"

namespace lake {

enum class Fault {
    none,
    lost_before,  // no answer, and nothing done
    lost_after,   // no answer, and it was done
    failed,       // 500
    slow_down,    // 503
    refused       // 403, for good
};

class FakeBucket {
  public:
    struct Upload {
        std::string key;
        std::map<int, std::string> parts;
    };

    // The path below /lake/ is the key.
    base::Result<http::Response> answer(const http::Request& request);

    // Given the number of the request, from 0 on.
    std::function<Fault(int)> fault = [](int) { return Fault::none; };
    std::map<std::string, std::string> objects;
    std::map<std::string, std::string> multipart_etags;  // of objects that were made of parts
    std::map<std::string, Upload> uploads;
    int requests = 0;

  private:
    http::Response done(const http::Request& request);
    http::Response get(const http::Request& request, const std::string& key);
    http::Response list() const;
    http::Response complete(const std::string& id);
    [[nodiscard]] std::string etag_of(const std::string& key) const;
};

}  // namespace lake
