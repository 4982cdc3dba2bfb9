package holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import holdfast.db.Database;
import holdfast.kernel.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whoever listens hears all that is committed, however the transactions overtake each other.
class FeedTest {

    private final TestDatabase test = TestDatabase.create();
    private final Database database = test.database();
    private final Outbox outbox = new Outbox();

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void from_the_beginning_all_is_heard_in_order_and_once() {
        tell("order.placed", "order.paid");
        tell("order.shipped");
        Feed feed = Feed.after(0);
        assertThat(heard(feed)).containsExactly("order.placed", "order.paid", "order.shipped");
        assertThat(heard(feed)).isEmpty();
        tell("order.delivered");
        assertThat(heard(feed)).containsExactly("order.delivered");
    }

    @Test
    void from_now_on_nothing_is_heard_of_before() {
        tell("order.placed");
        Feed feed = database.read(Feed::fromNow);
        tell("order.paid");
        assertThat(heard(feed)).containsExactly("order.paid");
    }

    @Test
    void a_transaction_that_is_overtaken_is_heard_later() throws Exception {
        tell("first");
        Feed feed = Feed.after(0);
        assertThat(heard(feed)).containsExactly("first");
        try (var slow = new Slow("overtaken")) {
            tell("second");
            assertThat(heard(feed)).containsExactly("second");
            assertThat(heard(feed)).isEmpty();
            slow.commit();
        }
        assertThat(heard(feed)).containsExactly("overtaken");
        assertThat(heard(feed)).isEmpty();
    }

    @Test
    void who_goes_on_after_a_break_hears_what_was_overtaken_then() throws Exception {
        Feed feed = Feed.after(0);
        List<Notice> before;
        try (var slow = new Slow("overtaken")) {
            tell("second");
            before = database.read(feed::next);
            slow.commit();
        }
        assertThat(before).extracting(Notice::type).containsExactly("second");
        assertThat(heard(Feed.after(before.getLast().position()))).startsWith("overtaken");
    }

    @Test
    void what_was_under_way_when_somebody_begins_to_listen_is_heard() throws Exception {
        tell("first");
        Feed feed;
        try (var slow = new Slow("under way")) {
            tell("second");
            feed = database.read(Feed::fromNow);
            slow.commit();
        }
        assertThat(heard(feed)).containsExactly("under way");
    }

    @Test
    void what_was_rolled_back_is_not_waited_for_for_ever() throws Exception {
        Feed feed = Feed.after(0);
        try (var slow = new Slow("undone")) {
            tell("second");
            assertThat(heard(feed)).containsExactly("second");
            slow.rollBack();
        }
        heard(feed);
        tell("third");
        List<Notice> last = database.read(feed::next);
        assertThat(last).extracting(Notice::type).containsExactly("third");
        assertThat(heard(Feed.after(last.getLast().position())))
                .as("told again")
                .isEmpty();
    }

    @Test
    void many_are_heard_in_parts() {
        List<String> all = IntStream.range(0, 1_200).mapToObj(i -> "e" + i).toList();
        all.forEach(this::tell);
        Feed feed = Feed.after(0);
        List<String> heard = new ArrayList<>();
        for (List<String> more = heard(feed); !more.isEmpty(); more = heard(feed)) heard.addAll(more);
        assertThat(heard).isEqualTo(all);
    }

    private List<String> heard(Feed feed) {
        return database.read(feed::next).stream().map(Notice::type).toList();
    }

    private void tell(String... types) {
        database.transact(tx -> outbox.append(tx, events(types)));
    }

    private static List<Event> events(String... types) {
        UUID order = Ids.next();
        return List.of(types).stream()
                .map(type -> new Event("order", order, type, Map.of("n", 1)))
                .toList();
    }

    /// A transaction that has its number and is not committed yet.
    private final class Slow implements AutoCloseable {

        private final CountDownLatch numbered = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile boolean commits;

        Slow(String type) throws InterruptedException {
            Thread.startVirtualThread(() -> {
                try {
                    database.transact(tx -> {
                        tx.orElseUndone(() -> {
                            outbox.append(tx, events(type));
                            return true;
                        });
                        numbered.countDown();
                        await(goOn);
                        if (!commits) throw new IllegalStateException("rolled back");
                    });
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessage("rolled back");
                } finally {
                    over.countDown();
                }
            });
            assertThat(numbered.await(10, TimeUnit.SECONDS)).isTrue();
        }

        void commit() {
            commits = true;
        }

        void rollBack() {
            commits = false;
        }

        @Override
        public void close() {
            goOn.countDown();
            await(over);
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
