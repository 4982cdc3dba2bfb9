package holdfast.db;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EmbeddedServerTest {

    @Test
    void a_test_database_is_a_migrated_shop_with_a_clock_of_its_own() {
        try (var database = TestDatabase.create()) {
            database.shiftClock(Duration.ofHours(1));
            boolean ahead = database.database()
                    .inTransaction(tx -> tx.query("select shop_clock() > now() + interval '59 minutes'")
                            .mapTo(Boolean.class)
                            .one());
            assertThat(ahead).isTrue();
        }
    }
}
