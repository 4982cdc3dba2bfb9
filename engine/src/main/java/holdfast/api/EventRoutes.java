package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Shapes.TRUTH_TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.db.Database;
import holdfast.event.Feed;
import holdfast.event.Notice;
import holdfast.kernel.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What happens, as it happens, as
/// [server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html).
final class EventRoutes {

    private static final int LISTENERS_MAX = 64;
    private static final int RETRY_AFTER_S = 10;
    private static final Duration PAUSE = Duration.ofMillis(250);

    /// Something is said at least so often: to find out who is gone, and for those in between who cut off what
    /// is silent.
    private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

    private static final String NOTHING_NEW = ":\n\n";

    private final Database database;
    private final CountDownLatch closing;
    private final Semaphore seats = new Semaphore(LISTENERS_MAX);

    /// @param closing ends all streams when it opens
    EventRoutes(Database database, CountDownLatch closing) {
        this.database = database;
        this.closing = closing;
    }

    List<Route> routes() {
        return List.of(Route.stream("/v1/events", "text/event-stream", ADMIN, this::tell)
                .query("since", "follow"));
    }

    /// @param since a position; null: from now on
    private record Wish(@Nullable Long since, boolean follow) {}

    private void tell(Call call, Telling.Listener listener) {
        Wish wish = call.query(query ->
                new Wish(query.optional("since", Shapes.POSITION), query.optional("follow", TRUTH_TEXT, true)));
        Long lastHeard = call.header("Last-Event-ID", Shapes.POSITION);
        Long since = lastHeard == null ? wish.since : lastHeard;
        if (!seats.tryAcquire()) {
            throw Problem.UNAVAILABLE.refuse("Too many are listening already").with("retry_after", RETRY_AFTER_S);
        }
        try {
            Feed feed = since == null ? database.read(Feed::fromNow) : Feed.after(since);
            listener.hear(NOTHING_NEW); // The client knows that it is heard.
            tell(feed, wish.follow, listener);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Somebody wants this to end.
        } finally {
            seats.release();
        }
    }

    private void tell(Feed feed, boolean follow, Telling.Listener listener) throws InterruptedException {
        long saidAt = System.nanoTime();
        do {
            List<Notice> news = database.read(feed::next);
            while (!news.isEmpty()) {
                var text = new StringBuilder();
                news.forEach(notice -> append(text, notice));
                listener.hear(text.toString());
                saidAt = System.nanoTime();
                news = database.read(feed::next);
            }
            if (System.nanoTime() - saidAt > SILENCE_MAX.toNanos()) {
                listener.hear(NOTHING_NEW);
                saidAt = System.nanoTime();
            }
        } while (follow && !closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    }

    private static void append(StringBuilder text, Notice notice) {
        text.append("id: ").append(notice.position()).append("\nevent: ").append(notice.type());
        text.append("\ndata: ").append(new String(JsonWriter.object(json -> Render.notice(json, notice)), UTF_8));
        text.append("\n\n");
    }
}
