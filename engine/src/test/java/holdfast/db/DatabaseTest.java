package holdfast.db;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.Parallel;
import holdfast.TestDatabase;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DatabaseTest {

    private static final String WAREHOUSES = "select count(*) from warehouse";
    private static final String ADD = "insert into warehouse (code, title, country) values ('LON', 'London', 'GB')";

    @Test
    void reading_sees_one_moment_whatever_is_committed_meanwhile() {
        try (TestDatabase shop = TestDatabase.create();
                Database other = new Database(shop.url(), 1)) {
            String seen = shop.database().read(tx -> {
                long before = count(tx);
                other.transact(otherTx -> otherTx.update(ADD).execute());
                return before + ", then " + count(tx);
            });
            assertThat(seen).isEqualTo("0, then 0");
            assertThat(shop.database().read(DatabaseTest::count)).isOne();
        }
    }

    @Test
    void reading_cannot_write() {
        try (TestDatabase shop = TestDatabase.create()) {
            assertThatThrownBy(() -> shop.database().read(tx -> tx.update(ADD).execute()))
                    .hasMessageContaining("read-only transaction");
            shop.database().transact(tx -> tx.update(ADD).execute()); // That was of one transaction only.
        }
    }

    @Test
    void a_connection_that_is_lost_within_a_part_of_the_work_is_told_as_such() {
        try (TestDatabase shop = TestDatabase.create()) {
            Supplier<Integer> killed = () -> shop.database()
                    .inTransaction(
                            tx -> tx.orElseUndone(() -> tx.query("select pg_terminate_backend(pg_backend_pid())::int")
                                    .mapTo(Integer.class)
                                    .one()));
            assertThatThrownBy(killed::get).matches(Database::isOutOfReach);
            assertThat(shop.database().read(DatabaseTest::count)).isZero();
        }
    }

    @Test
    void of_two_who_wait_for_each_other_one_is_tried_again() throws Exception {
        try (TestDatabase shop = TestDatabase.create()) {
            shop.database().transact(tx -> {
                tx.execute(ADD);
                tx.execute(ADD.replace("LON", "YRK"));
            });
            var met = new CountDownLatch(2);
            Parallel.all(List.of(
                    () -> renamed(shop.database(), met, "LON", "YRK"),
                    () -> renamed(shop.database(), met, "YRK", "LON")));
            assertThat(shop.deadlocks()).isOne();
        }
    }

    private static boolean renamed(Database database, CountDownLatch met, String first, String second) {
        return database.inTransaction(tx -> {
            rename(tx, first);
            met.countDown();
            try {
                assertThat(met.await(10, SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            rename(tx, second);
            return true;
        });
    }

    private static void rename(Tx tx, String warehouse) {
        tx.update("update warehouse set title = title || '!' where code = :code")
                .bind("code", warehouse)
                .execute();
    }

    private static long count(Tx tx) {
        return tx.query(WAREHOUSES).mapTo(Long.class).one();
    }
}
