package holdfast.drill;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.audit.Audit;
import holdfast.audit.Finding;
import holdfast.drill.SaleBooks.End;
import holdfast.drill.SaleReport.Check;
import holdfast.kernel.Sku;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a flash sale tells, while it runs and in the end.
class SaleReportTest {

    private static final FlashSalePlan PLAN = new FlashSalePlan(Sku.of("MUG"), 3000, 100, 2, 64, 0, 0, 1);
    private static final Check KEPT = Check.same("orders of this sale", 50, 50);

    private final SaleBooks books = new SaleBooks(PLAN);

    @Test
    void it_holds_if_every_row_and_every_invariant_does() {
        SaleReport report = report(List.of(KEPT), Optional.of(finding(0)));
        assertThat(report.holds()).isTrue();
        assertThat(report.text())
                .containsPattern("INVARIANTS +kept +looked at\n  S   stock +1 +1  ok\n\n")
                .endsWith("Every unit was sold at most once, every order is there once, and no promise is broken.\n");
    }

    @Test
    void a_row_that_differs_breaks_it() {
        SaleReport report = report(List.of(KEPT, Check.same("units", 100, 102)), Optional.empty());
        assertThat(report.holds()).isFalse();
        assertThat(report.text())
                .containsPattern("units +100 +102  MISMATCH")
                .contains("not looked at: the database of another shop is not ours to read")
                .endsWith("A PROMISE IS BROKEN.\n");
    }

    @Test
    void an_invariant_that_is_violated_breaks_it_and_shows_where() {
        SaleReport report = report(List.of(KEPT), Optional.of(finding(1234)));
        assertThat(report.holds()).isFalse();
        assertThat(report.text())
                .containsPattern(
                        "S   stock +0 +1  BROKEN\n  S01 .* 1,234 VIOLATIONS\n +MUG in LON: -1\n +… and 1,233 more\n");
    }

    @Test
    void units_that_came_back_too_late_may_be_left_over_and_more_than_there_were_are_never_sold() {
        assertThat(Check.between("units", 80, 100, 80).holds()).isTrue();
        assertThat(Check.between("units", 80, 100, 79).holds()).isFalse();
        assertThat(Check.between("units", 80, 100, 101).holds()).isFalse();
        assertThat(Check.between("units", 80, 100, 80).expected()).isEqualTo("80 to 100");
    }

    @Test
    void while_it_runs_a_terminal_sees_a_picture_and_a_log_gets_a_line() {
        books.enters();
        books.holds();
        books.bought("A");
        books.ended(End.BOUGHT);
        books.leaves();
        books.enters();
        books.holds();
        books.heard("open 201");
        books.opening.add(Duration.ofMillis(8));
        assertThat(shown(true).replaceAll("\u001b\\[K", "")).matches("""
                  sold +2 of 100  \\[ {40}]
                  held +2
                  refused +0
                  waiting +2,998
                  answers +1, \\S+ a second
                  opening +p50 8.0 ms, p99 8.0 ms
                  completing +–
                """);
        assertThat(shown(false))
                .matches("\\S+ m?s: 2 of 100 sold, 2 held, 0 refused, 2,998 waiting, \\S+ answers a second;"
                        + " opening p50 8.0 ms, p99 8.0 ms; completing –\n");
    }

    private String shown(boolean terminal) {
        var seen = new ByteArrayOutputStream();
        var out = new PrintStream(seen, true, StandardCharsets.UTF_8);
        new SalePicture(PLAN, books, new Audience(out, out, terminal)).close();
        return seen.toString(StandardCharsets.UTF_8);
    }

    private SaleReport report(List<Check> checks, Optional<Finding> audit) {
        return new SaleReport(
                List.of(URI.create("http://127.0.0.1:1")),
                PLAN,
                books,
                Duration.ofSeconds(2),
                checks,
                audit.map(one -> new AuditReport(List.of(one))));
    }

    private static Finding finding(long violations) {
        return new Finding(
                Audit.INVARIANTS.getFirst(),
                2000,
                violations,
                violations == 0 ? List.of() : List.of("MUG in LON: -1"),
                null);
    }
}
