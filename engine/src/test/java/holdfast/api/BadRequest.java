package holdfast.api;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A request that must be refused, and how.
///
/// @param what is wrong with it, for people: `quantity = 2147483648`
record BadRequest(String what, Sample request, Refused as) {

    private static final int SHOWN_MAX = 100;

    @Override
    public String toString() {
        String shown = what.length() <= SHOWN_MAX ? what : what.substring(0, SHOWN_MAX) + "…";
        return request.operation().id() + ": " + shown;
    }

    /// How something is refused.
    ///
    /// @param fields of which one, or something in it, must be named; empty: no field is to blame
    /// @param codes which the error of that field may have; empty: any
    record Refused(int status, String code, Set<String> fields, Set<String> codes) {

        static final Set<String> ANY_FIELD = Set.of("");

        static Refused as(int status, String code) {
            return new Refused(status, code, Set.of(), Set.of());
        }

        static Refused naming(Set<String> fields) {
            return new Refused(400, "invalid_request", fields, Set.of());
        }

        static Refused naming(String field) {
            return naming(Set.of(field));
        }

        static Refused forCard(String field) {
            return new Refused(422, "card_data_not_accepted", Set.of(field), Set.of("card_number"));
        }

        Refused because(String... codes) {
            return new Refused(status, code, fields, Set.of(codes));
        }

        /// Whether a problem is this one.
        boolean is(JsonNode problem) {
            return problem.path("status").intValue(0) == status
                    && problem.path("code").stringValue("").equals(code)
                    && (fields.isEmpty() || errors(problem).stream().anyMatch(this::isNamedBy));
        }

        private static List<JsonNode> errors(JsonNode problem) {
            return (problem.has("bad_rows") ? problem.path("bad_rows") : problem.path("errors"))
                    .valueStream()
                    .toList();
        }

        private boolean isNamedBy(JsonNode error) {
            return fields.stream().anyMatch(error.path("field").stringValue("")::startsWith)
                    && (codes.isEmpty() || codes.contains(error.path("code").stringValue("")));
        }
    }
}
