#include "runtime/local/sql/expression_type.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "runtime/local/sql/function_signature.h"

namespace sql {
namespace {

bool is_time(BaseType base) {
    return base == BaseType::date || base == BaseType::time || base == BaseType::timestamp_ntz ||
           base == BaseType::timestamp_ltz || base == BaseType::timestamp_tz;
}

bool is_semi_structured(BaseType base) {
    return base == BaseType::variant || base == BaseType::object || base == BaseType::array;
}

bool is_numeric(BaseType base) {
    return base == BaseType::number || base == BaseType::floating;
}

// Page "Data type conversion": what a cast can make of what.
bool can_cast(BaseType from, BaseType to) {
    if (from == to || from == BaseType::null || to == BaseType::variant) return true;
    if (from == BaseType::variant) return true;
    if (from == BaseType::varchar) return to != BaseType::object;
    if (to == BaseType::varchar) return true;
    if (is_semi_structured(from)) return to == BaseType::array;
    if (from == BaseType::boolean) return is_numeric(to);
    if (from == BaseType::number) {
        return to == BaseType::boolean || is_numeric(to) ||
               (is_time(to) && to != BaseType::date && to != BaseType::time);
    }
    if (from == BaseType::floating) return to == BaseType::boolean || to == BaseType::number;
    const bool has_date = is_time(from) && from != BaseType::time;
    const bool has_time = is_time(from) && from != BaseType::date;
    if (to == BaseType::time) return has_time;
    return is_time(to) && has_date;
}

bool takes(char letter, BaseType base) {
    if (base == BaseType::null) return true;
    switch (letter) {
        case 'T':
            return base == BaseType::varchar;
        case 'S':
            return base != BaseType::object && base != BaseType::array && base != BaseType::binary;
        case 'N':
            return is_numeric(base) || base == BaseType::varchar;
        case 'B':
            return base == BaseType::boolean;
        case 'V':
            return is_semi_structured(base);
        case 'K':
            return base == BaseType::varchar || base == BaseType::number;
        default:
            return true;
    }
}

// The type that values of both can have; none where that is not known.
std::optional<BaseType> common_type(BaseType left, BaseType right) {
    if (left == right || right == BaseType::null) return left;
    if (left == BaseType::null) return right;
    if (is_numeric(left) && is_numeric(right)) return BaseType::floating;
    return std::nullopt;
}

bool can_compare(BaseType left, BaseType right) {
    return common_type(left, right) || left == BaseType::variant || right == BaseType::variant ||
           (left == BaseType::varchar && !is_semi_structured(right) && right != BaseType::binary) ||
           (right == BaseType::varchar && !is_semi_structured(left) && left != BaseType::binary) ||
           (is_time(left) && is_time(right) && left != BaseType::time && right != BaseType::time);
}

class Typer {
  public:
    explicit Typer(const std::map<std::string, BaseType>& columns) : columns_(columns) {}

    TypedExpression type(const Expression& expression) {
        TypedExpression typed;
        typed.base = base_of(expression);
        typed.sources = std::move(sources_);
        typed.refusal = std::move(refusal_);
        return typed;
    }

  private:
    BaseType base_of(const Expression& expression) {
        switch (expression.kind) {
            case ExpressionKind::literal:
                return BaseType::varchar;
            case ExpressionKind::number:
                return BaseType::number;
            case ExpressionKind::boolean:
                return BaseType::boolean;
            case ExpressionKind::null:
                return BaseType::null;
            case ExpressionKind::column:
                return column(expression.text);
            case ExpressionKind::element:
            case ExpressionKind::subscript:
                return element(expression);
            case ExpressionKind::cast:
            case ExpressionKind::try_cast:
                return cast(expression);
            case ExpressionKind::call:
                return call(expression);
            case ExpressionKind::operation:
                return operation(expression);
            case ExpressionKind::condition:
                break;
        }
        return condition(expression);
    }

    BaseType refuse(Refusal refusal) {
        if (!refusal_) refusal_ = std::move(refusal);
        return BaseType::null;
    }

    BaseType column(const std::string& name) {
        if (name == "VALUE") {
            sources_.value = true;
            return BaseType::variant;
        }
        if (name == "METADATA$FILENAME") {
            sources_.file_name = true;
            return BaseType::varchar;
        }
        if (name == "METADATA$EXTERNAL_TABLE_PARTITION") {
            sources_.partition = true;
            return BaseType::varchar;
        }
        if (name == "METADATA$FILE_ROW_NUMBER") {
            sources_.other_metadata = true;
            return BaseType::number;
        }
        const auto found = columns_.find(name);
        if (found == columns_.end()) return refuse(invalid_identifier(name));
        sources_.columns.insert(name);
        return found->second;
    }

    BaseType element(const Expression& expression) {
        const BaseType of = base_of(expression.parts[0]);
        if (!takes('V', of)) return refuse(invalid_arguments("GET", written(of)));
        return BaseType::variant;
    }

    BaseType cast(const Expression& expression) {
        const BaseType from = base_of(expression.parts[0]);
        const BaseType to = expression.type.base;
        const bool tries = expression.kind == ExpressionKind::try_cast;
        const bool can = tries ? takes('T', from) && !is_semi_structured(to) : can_cast(from, to);
        if (can) return to;
        return refuse(
            invalid_conversion(tries ? "TRY_CAST" : "CAST",
                               fmt::format("{} and {}", written(from), written(expression.type))));
    }

    std::vector<BaseType> bases_of(const Expression& expression) {
        std::vector<BaseType> bases;
        bases.reserve(expression.parts.size());
        for (const Expression& part : expression.parts)
            bases.push_back(base_of(part));
        return bases;
    }

    static std::string list(const std::vector<BaseType>& bases) {
        std::string out;
        for (const BaseType base : bases)
            out += (out.empty() ? "" : ", ") + written(base);
        return out;
    }

    BaseType call(const Expression& expression) {
        const FunctionSignature* function = find_function(expression.text);
        if (function == nullptr) {
            return refuse(is_not_deterministic(expression.text)
                              ? not_deterministic(expression.text)
                              : unknown_function(expression.text));
        }
        const std::vector<BaseType> bases = bases_of(expression);
        if (bases.size() < function->count_min || bases.size() > function->count_max)
            return refuse(wrong_argument_count(function->name, bases.size() > function->count_max));
        for (std::size_t i = 0; i < bases.size(); ++i) {
            const std::string_view letters = function->arguments;
            if (!takes(letters[std::min(i, letters.size() - 1)], bases[i]))
                return refuse(invalid_arguments(function->name, list(bases)));
        }
        if (function->result == ResultType::fixed) return function->base;
        if (function->result == ResultType::first && can_compare(bases[0], bases[1]))
            return bases[0];
        if (function->result == ResultType::first)
            return refuse(invalid_arguments(function->name, list(bases)));
        return common(function->name, bases, function->common_from);
    }

    BaseType common(std::string_view name, const std::vector<BaseType>& bases, std::size_t from) {
        std::optional<BaseType> shared = BaseType::null;
        for (std::size_t i = from; i < bases.size() && shared; ++i)
            shared = common_type(*shared, bases[i]);
        return shared ? *shared : refuse(invalid_arguments(name, list(bases)));
    }

    // Of numbers, texts that are numbers, and days added to or taken from a date.
    static std::optional<BaseType> arithmetic(const std::string& text,
                                              const std::vector<BaseType>& bases) {
        const bool is_of_date = (text == "+" || text == "-") && bases.size() == 2 &&
                                bases[0] == BaseType::date && bases[1] == BaseType::number;
        if (is_of_date) return BaseType::date;
        bool is_floating = false;
        for (const BaseType base : bases) {
            if (!takes('N', base)) return std::nullopt;
            is_floating = is_floating || base == BaseType::floating;
        }
        return is_floating ? BaseType::floating : BaseType::number;
    }

    BaseType operation(const Expression& expression) {
        const std::vector<BaseType> bases = bases_of(expression);
        const std::string& text = expression.text;
        const auto all = [&bases](char letter) {
            return std::all_of(bases.begin(), bases.end(),
                               [letter](BaseType base) { return takes(letter, base); });
        };
        bool fits = true;
        BaseType result = BaseType::boolean;
        if (text == "AND" || text == "OR" || text == "NOT") {
            fits = all('B');
        } else if (text == "||") {
            fits = all('S');
            result = BaseType::varchar;
        } else if (text == "+" || text == "-" || text == "*" || text == "/" || text == "%") {
            const auto sum = arithmetic(text, bases);
            fits = sum.has_value();
            result = sum.value_or(BaseType::null);
        } else if (text.ends_with("LIKE")) {
            fits = all('S');
        } else if (!text.ends_with("NULL")) {
            fits = std::all_of(bases.begin() + 1, bases.end(),
                               [&bases](BaseType base) { return can_compare(bases[0], base); });
        }
        return fits ? result : refuse(invalid_arguments(text, list(bases)));
    }

    BaseType condition(const Expression& expression) {
        const std::vector<BaseType> bases = bases_of(expression);
        std::vector<BaseType> values;
        for (std::size_t i = 0; i < bases.size(); ++i) {
            const bool is_value = i % 2 == 1 || i + 1 == bases.size();
            if (is_value) {
                values.push_back(bases[i]);
            } else if (!takes('B', bases[i])) {
                return refuse(invalid_arguments("CASE", list(bases)));
            }
        }
        return common("CASE", values, 0);
    }

    const std::map<std::string, BaseType>& columns_;
    Sources sources_;
    std::optional<Refusal> refusal_;
};

}  // namespace

TypedExpression type_expression(const Expression& expression,
                                const std::map<std::string, BaseType>& columns) {
    return Typer(columns).type(expression);
}

}  // namespace sql
