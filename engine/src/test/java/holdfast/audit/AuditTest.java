package holdfast.audit;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.audit.Invariant.Needs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// In a shop where everything happened once, every invariant holds; and each notices when its promise is broken
/// behind the program's back, while those that have nothing to do with it hold on.
class AuditTest {

    private static final BusyShop SHOP = new BusyShop();
    private static final ProviderLedger LEDGER = SHOP.ledger();
    private static final Audit AUDIT =
            new Audit(Duration.ofMinutes(10)).comparedWith(List.of(LEDGER)).atRest();

    @BeforeEach
    void somebody_is_at_work() {
        SHOP.work();
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void a_shop_that_nobody_tampered_with_keeps_every_promise() {
        List<Finding> findings = AUDIT.findings(SHOP.database());
        assertThat(findings).extracting(Finding::invariant).containsExactlyElementsOf(Audit.INVARIANTS);
        assertThat(findings).allMatch(Finding::holds).allMatch(finding -> finding.unseen() == null);
        assertThat(findings)
                .as("those that had nothing to look at")
                .filteredOn(finding -> finding.rows() == 0)
                .isEmpty();
    }

    @Test
    void every_invariant_has_somebody_who_breaks_it() {
        assertThat(mutants()
                        .flatMap(mutant -> mutant.breaks().stream())
                        .distinct()
                        .sorted()
                        .toList())
                .containsExactlyElementsOf(
                        Audit.INVARIANTS.stream().map(Invariant::id).sorted().toList());
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void what_breaks_a_promise_is_noticed_as_that(Mutant mutant) {
        var broken = after(mutant.sql(), AUDIT).stream()
                .filter(finding -> !finding.holds())
                .toList();
        assertThat(broken)
                .extracting(finding -> finding.invariant().id())
                .containsExactlyInAnyOrderElementsOf(mutant.breaks());
        assertThat(broken.stream().flatMap(finding -> finding.examples().stream()))
                .isNotEmpty()
                .allMatch(example -> !example.isBlank());
    }

    static Stream<Mutant> mutants() {
        return Mutant.all();
    }

    @Test
    void how_long_a_hold_may_last_need_not_be_known() {
        assertThat(after("update hold set expires_at = hard_deadline where state = 'active'", new Audit(null)))
                .allMatch(Finding::holds);
    }

    @Test
    void a_limit_that_was_lowered_breaks_no_promise_to_those_who_were_within_it() {
        assertThat(after("update discount_code set uses_per_customer = 1, updated_at = shop_clock()", AUDIT))
                .allMatch(Finding::holds);
    }

    @Test
    void of_many_violations_the_first_are_told_and_all_are_counted() {
        Finding finding = after("update hold set skus = '{}', warehouses = '{}', quantities = '{}'", AUDIT).stream()
                .filter(each -> each.invariant().id().equals("H07"))
                .findFirst()
                .orElseThrow();
        assertThat(finding.violations()).isEqualTo(finding.rows()).isGreaterThan(10);
        assertThat(finding.examples()).hasSize(3);
    }

    @Test
    void what_moves_while_the_books_are_read_breaks_nothing() {
        var late = new Late(SHOP.ledger());
        assertThat(new Audit(null).comparedWith(List.of(late)).findings(SHOP.database()))
                .allMatch(Finding::holds);
    }

    @Test
    void a_provider_that_only_tells_where_its_payments_stand_is_compared_with_too() {
        assertThat(AUDIT.comparedWith(List.of(SHOP.listing())).findings(SHOP.database()))
                .allMatch(Finding::holds);
        String stolen = "update payment set captured = captured - 1 where state = 'captured'";
        assertThat(after(stolen, AUDIT.comparedWith(List.of(looked(SHOP.listing())))))
                .filteredOn(finding -> finding.invariant().id().equals("P09"))
                .noneMatch(Finding::holds);
    }

    private static ProviderLedger looked(ProviderLedger ledger) {
        ledger.look();
        return ledger;
    }

    @Test
    void without_the_providers_books_what_can_be_said_is_said() {
        var nobody = new Late(SHOP.ledger()) {
            @Override
            public void look() {
                throw new UnreadableLedger("nobody answers");
            }
        };
        List<Finding> findings = new Audit(null).comparedWith(List.of(nobody)).findings(SHOP.database());
        assertThat(findings).allMatch(Finding::holds);
        assertThat(findings).allSatisfy(finding -> {
            switch (finding.invariant().needs()) {
                case NOTHING -> assertThat(finding.unseen()).isNull();
                case LEDGER -> assertThat(finding.unseen()).isEqualTo("nobody answers");
                case QUIET -> assertThat(finding.unseen()).isEqualTo("the shop is open");
            }
        });
        assertThat(findings.stream().map(finding -> finding.invariant().needs()))
                .contains(Needs.values());
    }

    /// Everything is captured, given back and charged anew after the database was looked at.
    private static class Late implements ProviderLedger {

        private final ProviderLedger ledger;

        Late(ProviderLedger ledger) {
            this.ledger = ledger;
        }

        @Override
        public String gateway() {
            return ledger.gateway();
        }

        @Override
        public void look() {
            ledger.look();
        }

        @Override
        public void read(Consumer<Intent> intents, Consumer<Movement> movements) {
            var all = new ArrayList<Movement>();
            ledger.read(intents, all::add);
            all.forEach(movements);
            movements.accept(new Movement(Kind.AUTH, "new", 100, "GBP", "new:authorize:1", false, null));
            all.stream()
                    .filter(movement -> movement.kind() == Kind.CAPTURE)
                    .filter(movement -> all.stream()
                            .noneMatch(other -> other.kind() == Kind.REFUND
                                    && other.reference().equals(movement.reference())))
                    .map(taken -> new Movement(
                            Kind.REFUND,
                            taken.reference(),
                            taken.amount(),
                            taken.currency(),
                            taken.reference() + ":refund:1",
                            false,
                            null))
                    .forEach(movements);
        }
    }

    /// What is found after the damage, which is undone.
    private static List<Finding> after(String damage, Audit audit) {
        var findings = new ArrayList<Finding>();
        final class Undone extends RuntimeException {

            private static final long serialVersionUID = 1;
        }
        LEDGER.look();
        try {
            SHOP.database().transact(tx -> {
                Worksheets.lay(tx);
                audit.copy(tx);
                tx.execute(WITHOUT_CHECKS);
                tx.execute(damage);
                findings.addAll(audit.judge(tx, () -> {}));
                throw new Undone();
            });
        } catch (Undone _) {
            return findings;
        }
        throw new AssertionError("The damage was done for good");
    }

    /// The database would not let itself be broken otherwise.
    private static final String WITHOUT_CHECKS = """
            do $$
            declare it record;
            begin
              for it in select conrelid::regclass as relation, conname
                          from pg_constraint
                         where connamespace = 'holdfast'::regnamespace and contype in ('c', 'u')
              loop
                execute format('alter table %s drop constraint %I', it.relation, it.conname);
              end loop;
            end $$;
            drop index payment_one_live
            """;
}
