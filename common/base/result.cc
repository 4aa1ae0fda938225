#include "common/base/result.h"

namespace base {

std::string_view error_type(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::config_invalid:
            return "Function.ConfigInvalid";
        case ErrorKind::event_invalid:
            return "Function.EventInvalid";
        case ErrorKind::data_invalid:
            return "Function.DataInvalid";
        case ErrorKind::access_denied:
            return "Function.AccessDenied";
        case ErrorKind::throttled:
            return "Function.Throttled";
        case ErrorKind::rejected:
        case ErrorKind::service_failed:
        case ErrorKind::connect_failed:
        case ErrorKind::outcome_unknown:
            return "Function.ServiceFailed";
        case ErrorKind::deadline_near:
            return "Function.DeadlineNear";
        case ErrorKind::export_failed:
            return "Function.ExportFailed";
        case ErrorKind::sync_failed:
            return "Function.SyncFailed";
        case ErrorKind::response_too_large:
            return "Function.ResponseTooLarge";
        case ErrorKind::unexpected:
            break;
    }
    return "Runtime.Unexpected";
}

std::string_view kind_name(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::config_invalid:
            return "config_invalid";
        case ErrorKind::event_invalid:
            return "event_invalid";
        case ErrorKind::data_invalid:
            return "data_invalid";
        case ErrorKind::access_denied:
            return "access_denied";
        case ErrorKind::throttled:
            return "throttled";
        case ErrorKind::rejected:
            return "rejected";
        case ErrorKind::service_failed:
            return "service_failed";
        case ErrorKind::connect_failed:
            return "connect_failed";
        case ErrorKind::outcome_unknown:
            return "outcome_unknown";
        case ErrorKind::deadline_near:
            return "deadline_near";
        case ErrorKind::export_failed:
            return "export_failed";
        case ErrorKind::sync_failed:
            return "sync_failed";
        case ErrorKind::response_too_large:
            return "response_too_large";
        case ErrorKind::unexpected:
            break;
    }
    return "unexpected";
}

}  // namespace base
