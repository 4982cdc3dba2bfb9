package holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What ARCHITECTURE.md says is so. Each rule is kept by our shop, and found broken in a crooked one, in the one
/// class that breaks it.
class ArchitectureTest {

    private static final Architecture WRITTEN = Architecture.of(Repository.read("ARCHITECTURE.md"));
    private static final JavaClasses SHOP = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("holdfast");

    private static final String CROOKED_TABLES = """
            | module | may use | what it is |
            | --- | --- | --- |
            | `till` | shelf kernel | |
            | `till.bank` | everything | |
            | `shelf` | kernel | |
            | `kernel` | – | |

            | library | used by |
            | --- | --- |
            | `org.jspecify` | everything |
            | `org.slf4j` | till |
            """;
    private static final JavaClasses CROOKED_SHOP = new ClassFileImporter().importPackages("crooked");

    @Test
    void every_package_has_a_row() {
        check(Rules::everyPackageIsARow, "crooked.attic.HasNoRow");
    }

    @Test
    void a_module_uses_the_modules_of_its_row_alone() {
        check(Rules::modulesUseWhatTheirRowAllows, "crooked.shelf.LooksIntoTheTill");
    }

    @Test
    void a_library_is_used_where_its_row_allows_it() {
        check(
                Rules::librariesStayInTheirPlaces,
                "crooked.shelf.UsesAForeignLibrary",
                "crooked.till.UsesAnUnknownLibrary");
    }

    @Test
    void nobody_but_db_begins_and_ends_transactions() {
        check(Rules::onlyDbControlsTransactions, "crooked.till.CommitsByHand");
    }

    @Test
    void nothing_is_counted_in_floating_point() {
        check(Rules::noFloatingPoint, "crooked.shelf.CountsInDoubles");
    }

    @Test
    void time_is_the_databases() {
        check(Rules::timeIsTheDatabases, "crooked.shelf.ReadsTheWrongClock");
    }

    @Test
    void nobody_sleeps_not_even_a_test() {
        check(Rules::nobodySleeps, "crooked.shelf.Sleeps");
        new Rules("holdfast", WRITTEN).nobodySleeps().check(new ClassFileImporter().importPackages("holdfast"));
    }

    @Test
    void the_kernel_uses_nothing_and_only_its_adapter_knows_the_sandbox() {
        assertThat(WRITTEN.modules().get("kernel")).isEmpty();
        assertThat(WRITTEN.modules().get("psp")).isEqualTo(Set.of("kernel"));
        assertThat(WRITTEN.modules().entrySet())
                .filteredOn(row -> row.getValue().contains("psp"))
                .extracting(row -> row.getKey())
                .containsExactly("payment.sandbox");
    }

    @Test
    void a_row_allows_what_is_used_and_no_more() {
        assertThat(new Rules("crooked", Architecture.of(CROOKED_TABLES)).unused(CROOKED_SHOP))
                .containsExactly("shelf uses kernel", "till uses org.slf4j");
        assertThat(new Rules("holdfast", WRITTEN).unused(SHOP)).isEmpty();
    }

    @Test
    void the_tables_are_read_as_they_are_written() {
        Architecture crooked = Architecture.of(CROOKED_TABLES);
        assertThat(crooked.modules().get("till")).containsExactlyInAnyOrder("shelf", "kernel");
        assertThat(crooked.mayUse("till.bank", "shelf")).isTrue();
        assertThat(crooked.modules().get("kernel")).isEmpty();
        assertThat(crooked.mayUseLibrary("till", "org.slf4j")).isTrue();
        assertThat(crooked.mayUseLibrary("shelf", "org.slf4j")).isFalse();
        assertThat(crooked.mayUseLibrary("shelf", "org.jspecify")).isTrue();
        assertThat(crooked.mayUse("till", "shelf")).isTrue();
        assertThat(crooked.mayUse("shelf", "till")).isFalse();
    }

    @Test
    void a_table_that_contradicts_itself_is_refused() {
        refuses(
                "| `shelf` | kernel |",
                "| `shelf` | till |",
                "These use each other in a circle: [shelf, till, till.bank]");
        refuses("| `shelf` | kernel |", "| `shelf` | cellar |", "shelf names cellar, which has no row");
        refuses("| `shelf` | kernel |", "| `till` | kernel |", "till has two rows");
        refuses("| `org.slf4j` | till |", "| `org.slf4j` | cellar |", "org.slf4j names cellar, which has no row");
        refuses("| module | may use |", "| module | uses |", "0 tables begin with the header module, may use");
        refuses("| library | used by |", "| module | may use |", "2 tables begin with the header module, may use");
    }

    private static void refuses(String row, String wrongRow, String because) {
        assertThat(CROOKED_TABLES).contains(row);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architecture.of(CROOKED_TABLES.replace(row, wrongRow)))
                .withMessage(because);
    }

    private static void check(Function<Rules, ArchRule> rule, String... offenders) {
        var found = rule.apply(new Rules("crooked", Architecture.of(CROOKED_TABLES)))
                .evaluate(CROOKED_SHOP);
        assertThat(found.getFailureReport().getDetails()).isNotEmpty().allMatch(detail -> names(detail, offenders));
        for (String offender : offenders) {
            assertThat(found.getFailureReport().getDetails()).anyMatch(detail -> names(detail, offender));
        }
        rule.apply(new Rules("holdfast", WRITTEN)).check(SHOP);
    }

    private static boolean names(String detail, String... offenders) {
        for (String offender : offenders) {
            if (detail.contains(offender)) return true;
        }
        return false;
    }
}
