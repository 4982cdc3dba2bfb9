package holdfast.audit;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.MarkdownTable;
import holdfast.Repository;
import holdfast.audit.Invariant.Needs;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The page about the invariants tells of those that the audit looks at, and of each what it is held against.
class InvariantsPageTest {

    private static final String PAGE = Repository.read("docs/invariants.md");
    private static final Pattern NUMBER = Pattern.compile("\\b[SHOPIECGX][0-9]{2}\\b");

    private static final MarkdownTable TABLE = MarkdownTable.of(PAGE, "number", "promise", "compared with", "when");

    @Test
    void its_promises_are_those_of_the_audit_in_their_order() {
        assertThat(TABLE.rows())
                .extracting(row -> row.getFirst() + " " + row.get(1))
                .containsExactlyElementsOf(Audit.INVARIANTS.stream()
                        .map(invariant -> invariant.id() + " " + invariant.promise())
                        .toList());
        assertThat(PAGE).contains("All " + Audit.INVARIANTS.size() + " promises are kept.");
    }

    @TestFactory
    Stream<DynamicTest> what_a_promise_is_held_against_is_what_its_query_reads() {
        Map<String, Invariant> invariants = Audit.INVARIANTS.stream().collect(toMap(Invariant::id, identity()));
        return TABLE.rows().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.getFirst(), () -> agrees(invariants.get(row.getFirst()), row.get(2), row.get(3))));
    }

    private static void agrees(@Nullable Invariant invariant, String comparedWith, String when) {
        if (invariant == null) throw new AssertionError("There is no such promise");
        assertThat(comparedWith.contains("the provider")).isEqualTo(invariant.needs() == Needs.LEDGER);
        assertThat(when.equals("at rest")).isEqualTo(invariant.needs() == Needs.QUIET);
        assertThat(when).isIn("now", "in time", "at rest");
        if (when.equals("in time")) {
            assertThat(comparedWith).contains("the clock");
            assertThat(invariant.sql()).contains("shop_clock()");
        }
    }

    @Test
    void what_is_left_out_is_not_looked_at_and_what_is_said_in_other_words_is() {
        List<String> looked = Audit.INVARIANTS.stream().map(Invariant::id).toList();
        assertThat(numbers("number", "why there is none", 0)).isNotEmpty().doesNotContainAnyElementsOf(looked);
        assertThat(looked).containsAll(numbers("number", "here", 0)).containsAll(numbers("mistake", "noticed by", 1));
    }

    /// All that stand in a column of the table with this header.
    private static List<String> numbers(String first, String second, int column) {
        return MarkdownTable.of(PAGE, first, second).rows().stream()
                .flatMap(row -> NUMBER.matcher(row.get(column)).results().map(MatchResult::group))
                .toList();
    }
}
