// A stand-in for Snowflake's SQL API on a loopback port, for the replay and the tests: the
// statements of sql/statement.h, run on a catalog in memory, behind the checks that the real
// service makes. Where the contract (snowflake-rest-api-specs, sqlapi.yaml; page "Snowflake SQL API
// reference") is silent, it refuses.
//
//   the contract                                          the test (SqlApiContract., SqlApiModel…)
//   another path 404, another method 405                  HasThreeResources
//   User-Agent is required, Accept takes JSON             ChecksTheHeaders
//   Content-Type other than JSON: 415                     ChecksTheHeaders
//   body: known members, their types, timeout to 604800   ChecksTheBody
//   query: requestId a UUID, retry, async                 ChecksTheQuery
//   401 (390144): a JWT that the registered key does not
//     verify, other claims, expired, of the future        RefusesTokensThatAreWrong
//   token type: OAUTH where none is said; tokens only of
//     their own type; WIF.AWS. before a workload's        TakesTokensOfTheRegisteredTypeOnly
//   a requestId runs once; again with retry=true gives
//     its answer                                          RunsARequestIdOnce
//   with another body, or without retry=true: 400         RefusesARequestIdOfAnotherRequest
//   202 until it is done, with a handle and its URL       RunsUntilItIsLookedAt
//   it takes effect when it is done, not before           RunsUntilItIsLookedAt
//   async=true: 202 at once                               AnswersAtOnceWhereItIsAsked
//   cancel: 200, it never takes effect, then 422 (000604) CancelsWhatRuns
//   cancel of what is done: 422 (000605)                  CancelsNothingThatIsDone
//   a handle that is none: 422 (000709)                   KnowsItsHandlesOnly
//   408, 422: with the handle                             SendsTheHandleWithAFailure
//   422 for a statement that it does not understand, or
//     that names what is not there                        RefusesStatementsThatItDoesNotUnderstand
//   partitions: rowCount of each, the first inline, the
//     others gzipped and without metadata                 GivesAResultInPartitions
//   SHOW, DESC, GET_DDL tell what the statements made     RunsAStatementAndShowsWhatItMade
//   a statement runs as the request's role                RunsAStatementAsItsRequestsRole
//   each statement takes SetLatency's time                TakesItsTimeUntilItIsReset
//
//   the statements (sql/statement.h, sql/catalog.h)       the test (SqlCatalog., SqlShow., …)
//   the grammar is no kinder than sqlfluff's; the codes
//     of what is refused                                  tests/e2e/test_sql_double_grammar.py
//   casts and paths are written back as CAST and GET      IsWrittenBackAsSnowflakeDoes
//   an expression has the column's base type (001482)     HasTheTypeThatSnowflakeGivesIt
//   a table that is there stays, with IF NOT EXISTS       WhatIsThereStaysWithIfNotExists
//   a statement has at most 1 MB                          AStatementHasAtMostOneMegabyte
//   a refused statement changes nothing                   ARefusedStatementChangesNothing
//   OR REPLACE loses grants and policy                    ReplaceLosesGrantsAndPolicy
//   COPY GRANTS keeps all but OWNERSHIP                   CopyGrantsKeepsAllButOwnershipAndNoPolicy
//   ALTER, COMMENT and RENAME keep them                   AlterKeepsGrantsAndPolicy
//   DROP loses them                                       DropLosesGrants
//   a stage dropped or replaced: the table is invalid     ATableIsBoundToTheStageItself
//   ADD and DROP COLUMN, IF [NOT] EXISTS, dependents      ColumnsComeAndGoOneByOne
//   an added column reads earlier ones, no partition      AnAddedColumnReadsEarlierOnes
//   SET AUTO_REFRESH, REFRESH of a path                   KeepsRefreshesAndTheirSwitch
//   partitions of the user: one at a location             PartitionsOfTheUserHaveALocationEach
//   another role's table is not altered (003001)          TablesOfOtherRolesStayTheirs
//   CREATE needs its privilege on the schema              ARevokedPrivilegeIsMissed
//   Iceberg tables are another kind of object             IcebergTablesAreAKindOfTheirOwn
//   SHOW: LIKE, IN, STARTS WITH, LIMIT and FROM, order    SqlShow.*
//   SHOW ends after 10,000 rows                           EndsAfterTenThousandRows
//
// Commands (setup.json): RegisterPublicKey {"account","user","public_key_pem"},
// RegisterToken {"token","token_type"}, SetPartitionRows {"rows"}: of each partition of a result;
// 0: all in one, SetLatency {"ms"}: each POST of a statement takes that long, Script
// {"on","responses":[…]}: sql_api_script.h, and those of sql/setup.h: CreateSchema, CreateStage,
// CreateStorageIntegration, CreateExternalVolume, CreateIcebergIntegration, CreateExisting, Revoke,
// Execute.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/codec/json.h"
#include "runtime/local/http_server.h"
#include "runtime/local/recorded_call.h"
#include "runtime/local/sql_api_model.h"

namespace local {

class SqlApiDouble {
  public:
    base::Result<base::Done> start();
    [[nodiscard]] std::string url() const;
    // Forgets keys, script, catalog and calls.
    void reset() { model_.reset(); }
    // Kind data_invalid for a command that is none, or lacks a member.
    base::Result<base::Done> command(std::string_view operation, const codec::JsonValue& body) {
        return model_.command(operation, body);
    }
    // As SqlApiModel::state.
    [[nodiscard]] std::string state() const { return model_.state(); }
    // Each POST of a statement with its body, and each cancel, in order.
    [[nodiscard]] std::vector<RecordedCall> calls() const { return model_.calls(); }

  private:
    base::SystemClock clock_;
    SqlApiModel model_{clock_};
    HttpServer server_;
};

}  // namespace local
