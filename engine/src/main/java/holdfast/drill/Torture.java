package holdfast.drill;

import static holdfast.drill.Figures.told;

import holdfast.audit.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A shop is harmed in every way a seed can think of, while shoppers do what shoppers do; then it is left in
/// peace, and every promise is looked at.
///
/// ```
/// harms ──────────────▶ everybody is there again ─▶ everything ends, within a minute ─▶ what is left is sold
/// ─▶ the proof shoppers ───────────▶
/// ```
public final class Torture {

    private static final long UNITS = 60;
    private static final long DELIVERY = 20;
    private static final Duration DELIVERY_EVERY = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final Duration PAGE_CONNECT = Duration.ofSeconds(2);
    private static final String SOLD_OUT = "open 409 out_of_stock";

    private final Stage stage;
    private final TorturePlan plan;
    private final Truth truth;
    private final TortureShop shop;
    private final TortureBooks books;
    private final AtomicInteger visitors = new AtomicInteger();
    private final Set<String> suffering = ConcurrentHashMap.newKeySet();
    private final Collection<String> unanswered = new ConcurrentLinkedQueue<>();

    /// What is asked of the database itself, when everybody is there.
    ///
    /// @param unsettled what has come to no end yet
    /// @param audit whether every invariant holds
    public record Truth(Supplier<List<String>> unsettled, Supplier<List<Finding>> audit) {}

    private Torture(Stage stage, String key, TorturePlan plan, Truth truth, TortureBooks books) {
        this.stage = stage;
        this.plan = plan;
        this.truth = truth;
        this.books = books;
        this.shop = new TortureShop(stage.servers(), key);
    }

    /// Tortures the shop on this stage, and tells how that went. True if every promise was kept.
    ///
    /// @param key a secret key with the scope `admin`
    /// @param folder gets the schedule, and every answer that was heard
    public static boolean run(Stage stage, String key, TorturePlan plan, Truth truth, Path folder, Audience audience) {
        List<Harm> harms = HarmSchedule.of(plan.seed(), plan.length(), stage.victims());
        write(folder.resolve("schedule.txt"), harms);
        try (var books = new TortureBooks(folder.resolve("answers.log"))) {
            TortureReport report = new Torture(stage, key, plan, truth, books).torture(harms, audience);
            audience.out().print(report.text());
            return report.holds();
        }
    }

    private static void write(Path file, List<Harm> harms) {
        try {
            Files.write(file, harms.stream().map(Harm::toString).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TortureReport torture(List<Harm> harms, Audience audience) {
        shop.open(UNITS);
        long begun = System.nanoTime();
        try (var picture = new TorturePicture(plan, books, audience);
                var pages = HttpClient.newBuilder().connectTimeout(PAGE_CONNECT).build()) {
            List<Thread> harming = harms.stream()
                    .map(harm -> Thread.ofVirtual().start(() -> harm(harm, picture)))
                    .toList();
            long end = begun + plan.length().toNanos();
            List<Thread> shopping = IntStream.range(0, plan.atOnce())
                    .mapToObj(_ -> Thread.ofVirtual().start(() -> shopUntil(end, pages)))
                    .toList();
            Thread receiving = Thread.ofVirtual().start(() -> receiveUntil(end));
            harming.forEach(Torture::join);
            picture.phase("healing");
            stage.heal();
            long healed = System.nanoTime();
            picture.phase("coming to an end");
            shopping.forEach(Torture::join);
            join(receiving);
            List<String> unsettled = settle(healed);
            Duration settledAfter = Duration.ofNanos(System.nanoTime() - healed);
            picture.phase("selling what is left");
            long leftOver = shop.unsold();
            sellOut(pages);
            settle(System.nanoTime());
            picture.phase("looking at the books");
            return new TortureReport(plan, harms, books, settledAfter, checks(unsettled, leftOver), truth.audit.get());
        }
    }

    /// Whoever has not come back from the last harm yet, on a slow machine, is spared the next.
    private void harm(Harm harm, TorturePicture picture) {
        ShopClient.pause(harm.at());
        if (!suffering.add(harm.victim())) {
            books.heard("(spared) " + harm.victim());
            return;
        }
        picture.begins(harm);
        stage.begin(harm);
        ShopClient.pause(harm.lasts());
        stage.end(harm);
        picture.ends(harm);
        suffering.remove(harm.victim());
    }

    private void shopUntil(long end, HttpClient pages) {
        while (System.nanoTime() < end) {
            var shopper = visitor(pages);
            try {
                shopper.shop();
            } catch (DrillFailed e) {
                unanswered.add(e.getMessage());
            }
        }
    }

    private TortureShopper visitor(HttpClient pages) {
        return new TortureShopper(shop, books, pages, plan.seed(), visitors.getAndIncrement());
    }

    /// Whenever somebody found nothing, something is delivered: so there is always somebody who buys the last
    /// one.
    private void receiveUntil(long end) {
        long soldOut = 0;
        try (var lane = new Lane(stage.servers(), 0, shop.key(), books::heard)) {
            while (System.nanoTime() < end) {
                ShopClient.pause(DELIVERY_EVERY);
                long now = books.counts().getOrDefault(SOLD_OUT, 0L);
                if (now > soldOut) shop.receive(lane, DELIVERY);
                soldOut = now;
            }
        } catch (DrillFailed e) {
            unanswered.add(e.getMessage());
        }
    }

    /// Waits until everything has come to an end, and tells what has not in time.
    private List<String> settle(long since) {
        long deadline = since + plan.quiet().toNanos();
        List<String> unsettled = truth.unsettled.get();
        while (!unsettled.isEmpty() && System.nanoTime() < deadline) {
            ShopClient.pause(LOOK_AGAIN);
            unsettled = truth.unsettled.get();
        }
        return unsettled;
    }

    private void sellOut(HttpClient pages) {
        new Crew(plan.atOnce()).each(IntStream.range(0, plan.atOnce()).boxed().toList(), _ -> {
            boolean bought = true;
            while (bought) bought = visitor(pages).buyOne();
        });
    }

    private List<TortureReport.Check> checks(List<String> unsettled, long leftOver) {
        List<String> unsold = new ArrayList<>();
        long still = shop.unsold();
        if (still != 0) unsold.add(told(still) + " units of the last " + told(leftOver) + " could not be sold");
        return List.of(
                new TortureReport.Check("A1", "what a shopper was told is still so", shop.forgotten(books)),
                new TortureReport.Check("A2", "nobody has two orders for one checkout", books.boughtTwice()),
                new TortureReport.Check("A3", "one key, one answer, to the byte", books.answeredTwice()),
                new TortureReport.Check("A4", "every unit could be sold", unsold),
                new TortureReport.Check("A8", "everything came to an end within " + told(plan.quiet()), unsettled),
                new TortureReport.Check("A9", "every shopper was answered", List.copyOf(unanswered)));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DrillFailed("The torture was stopped", e);
        }
    }
}
