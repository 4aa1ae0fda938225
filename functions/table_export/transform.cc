#include "functions/table_export/transform.h"

#include <algorithm>

#include "functions/table_export/client_token.h"
#include "functions/table_export/existing_exports.h"

namespace table_export {
namespace {

constexpr base::EpochMs kMsPerSecond = 1'000;

// Slots and ExportTimes are whole seconds.
bool is_of_slot(const aws::ExportDescription& description, base::EpochMs slot_ms) {
    return description.type == aws::ExportType::full_export && description.export_time_ms &&
           *description.export_time_ms / kMsPerSecond == slot_ms / kMsPerSecond;
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

// Up to when a COMPLETED export holds the table.
std::optional<base::EpochMs> complete_until(const aws::ExportDescription& description) {
    if (description.status != aws::ExportStatus::completed) return std::nullopt;
    if (description.incremental) return description.incremental->to_time_ms;
    return description.export_time_ms;
}

}  // namespace

TablePlan plan_full_export(const TableArn& table, const Destination& destination,
                           base::EpochMs slot_ms,
                           const std::vector<aws::ExportDescription>& existing) {
    const aws::ExportDescription* of_slot = find_of_slot(existing, slot_ms);
    const auto failed = std::count_if(existing.begin(), existing.end(), [&](const auto& each) {
        return each.status == aws::ExportStatus::failed && is_of_slot(each, slot_ms);
    });

    PlannedExport planned;
    planned.request = {.table_arn = table.text,
                       .client_token = {},
                       .s3_bucket = destination.bucket,
                       .s3_bucket_owner = destination.owner,
                       .s3_prefix = destination.prefix,
                       .s3_sse_kms_key_id = destination.kms_key_id,
                       .format = destination.format,
                       .export_time_ms = slot_ms,
                       .incremental = {}};
    planned.request.client_token = derive_client_token(planned.request, static_cast<int>(failed));
    if (of_slot != nullptr) {
        planned.action = Action::already_started;
        planned.export_arn = of_slot->export_arn;
    }

    TablePlan plan;
    plan.exports.push_back(std::move(planned));
    for (const aws::ExportDescription& description : existing) {
        plan.newest_complete_ms = std::max(plan.newest_complete_ms, complete_until(description));
        if (&description != of_slot && plan.earlier.size() < kEarlierExportsMax) {
            plan.earlier.push_back(description);
        }
    }
    return plan;
}

}  // namespace table_export
