#include <algorithm>

#include "functions/table_export/chain.h"
#include "functions/table_export/client_token.h"
#include "functions/table_export/plan.h"

namespace table_export {
namespace {

constexpr base::EpochMs kMsPerSecond = 1'000;

// Slots and ExportTimes are whole seconds.
bool is_of_slot(const aws::ExportDescription& description, base::EpochMs slot_ms) {
    const auto time_ms = full_time_of(description);
    return time_ms && *time_ms / kMsPerSecond == slot_ms / kMsPerSecond;
}

// The export that stands for the slot: a COMPLETED one before one that is still running.
const aws::ExportDescription* find_of_slot(const std::vector<aws::ExportDescription>& existing,
                                           base::EpochMs slot_ms) {
    for (const auto status : {aws::ExportStatus::completed, aws::ExportStatus::in_progress}) {
        const auto found =
            std::find_if(existing.begin(), existing.end(), [&](const auto& description) {
                return description.status == status && is_of_slot(description, slot_ms);
            });
        if (found != existing.end()) return &*found;
    }
    return nullptr;
}

}  // namespace

std::string_view action_name(Action action) {
    switch (action) {
        case Action::start:
            return "started";
        case Action::already_started:
            return "already_started";
        case Action::up_to_date:
            return "up_to_date";
        case Action::in_progress:
            return "in_progress";
    }
    return "";
}

aws::ExportTableRequest full_export_request(const TableArn& table, const Destination& destination,
                                            base::EpochMs time_ms) {
    return {.table_arn = table.text,
            .client_token = {},
            .s3_bucket = destination.bucket,
            .s3_bucket_owner = destination.owner,
            .s3_prefix = destination.prefix,
            .s3_sse_kms_key_id = destination.kms_key_id,
            .format = destination.format,
            .export_time_ms = time_ms,
            .incremental = {}};
}

TablePlan plan_full_export(const TableArn& table, const Destination& destination,
                           base::EpochMs slot_ms,
                           const std::vector<aws::ExportDescription>& existing) {
    const aws::ExportDescription* of_slot = find_of_slot(existing, slot_ms);
    const auto failed = std::count_if(existing.begin(), existing.end(), [&](const auto& each) {
        return each.status == aws::ExportStatus::failed && is_of_slot(each, slot_ms);
    });

    PlannedExport planned;
    planned.request = full_export_request(table, destination, slot_ms);
    planned.request.client_token = derive_client_token(planned.request, static_cast<int>(failed));
    planned.reason = "the slot's full export";
    if (of_slot != nullptr) {
        planned.action = Action::already_started;
        planned.export_arn = of_slot->export_arn;
    }

    TablePlan plan;
    plan.exports.push_back(std::move(planned));
    plan.newest_complete_ms = newest_complete_ms(existing);
    for (const aws::ExportDescription& description : existing) {
        if (&description != of_slot && plan.earlier.size() < kEarlierExportsMax) {
            plan.earlier.push_back(description);
        }
    }
    return plan;
}

}  // namespace table_export
