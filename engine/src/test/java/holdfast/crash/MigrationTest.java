package holdfast.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import holdfast.audit.Audit;
import holdfast.db.Database;
import holdfast.drill.FaultProxy.Direction;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// K34: the schema is half written when it is over. The next start writes all of it.
@Tag("slow")
class MigrationTest {

    /// The schema has more than twice as many.
    private static final int HALF_BYTES = 12_000;

    private static final MortalPostgres POSTGRES = new MortalPostgres();

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void a_migration_that_is_cut_off_is_made_again_as_a_whole() throws SQLException {
        String name = "cut_off";
        try (var admin = DriverManager.getConnection(POSTGRES.directUrl())) {
            admin.createStatement().execute("create database " + name);
        }
        String url = POSTGRES.url().replace("/holdfast?", "/" + name + "?");
        try (var database = new Database(url, 2)) {
            POSTGRES.link().cutAfter(Direction.THERE, HALF_BYTES);
            assertThat(catchThrowable(database::migrate)).isNotNull();
        }
        try (var database = new Database(url, 2)) {
            database.migrate();
            assertThat(new Audit(null).withoutLedger("there is none").findings(database))
                    .isNotEmpty()
                    .allMatch(finding -> finding.holds());
        }
    }
}
