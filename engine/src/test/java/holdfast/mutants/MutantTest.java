package holdfast.mutants;

import static holdfast.mutants.Mutation.instead;
import static holdfast.mutants.Mutation.text;
import static holdfast.mutants.Mutation.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// Seeded bugs: each is put into the compiled program, and the stories named with it are told again. At least
/// one has to fail; `docs/mutants.md` says what caught what.
@Tag("mutants")
@Tag("slow")
class MutantTest {

    private static final String STORIES = "checkout.CheckoutStoriesTest";
    private static final String RUSH = "checkout.RushTest";
    private static final String LATE = "checkout.LateOwnerTest";
    private static final String PIPELINE = "db.GroupCommitTest";
    private static final String SETTLEMENT = "order.SettlementTest";

    /// A bug, and where it should be noticed.
    @SuppressWarnings("ImmutableEnumChecker") // what a bug is made of is made once, and never changed
    enum Bug {
        NO_FENCE(
                List.of(instead("checkout.PlaceOrder", "Gateway", "cancel", "fenced")),
                STORIES + "#an_abandoned_challenge_is_fenced_before_its_stock_is_sold_again"),
        A_KEY_IS_FORGOTTEN(
                List.of(text(
                        "idempotency.Idempotency",
                        "on conflict (id) do nothing",
                        "on conflict (id) do update set scope = excluded.scope")),
                RUSH + "#sixty_four_first_calls_with_one_key_make_one_order_and_hear_one_answer_time_after_time"),
        THE_ANSWER_IS_NOT_KEPT(
                List.of(without("checkout.CommitOrderHandler", "store")),
                RUSH + "#sixty_four_first_calls_with_one_key_make_one_order_and_hear_one_answer_time_after_time"),
        A_CHARGE_BEFORE_THE_COMMIT(
                List.of(without("payment.Payments", "insert")),
                STORIES + "#a_paid_checkout_becomes_an_order_and_its_stock_is_allocated"),
        THE_SWEEPER_TAKES_WHAT_IS_BEING_PAID(
                List.of(
                        text("inventory.Holds", "and state = 'active' and expires_at", "and expires_at"),
                        text("inventory.Holds", "and state = any (:from)", "and (true or state = any (:from))")),
                STORIES + "#a_hold_that_is_being_paid_is_nobodys_to_sweep"),
        A_LATE_OWNER_IS_BELIEVED(
                List.of(
                        instead("checkout.CommitOrderHandler", "Attempt", "isStillWith", "stillOwner"),
                        instead("checkout.LateMoney", "Attempt", "isStillWith", "stillOwner")),
                LATE),
        A_CAPTURE_UNDER_ANOTHER_KEY(
                List.of(text("order.SettlementTable", "state in ('planned', 'unknown') as open", "false as open")),
                SETTLEMENT + "#a_capture_that_never_arrived_is_sent_again_under_its_key"),
        A_LOST_COMMIT_IS_BELIEVED(
                List.of(instead("db.Receipt", "Receipt", "isCommitted", "committed")),
                PIPELINE + "#a_commit_that_never_arrived_is_carried_out_again"),
        A_COMMIT_IS_REPEATED(
                List.of(instead("db.Receipt", "Receipt", "isCommitted", "notCommitted")),
                PIPELINE + "#a_commit_whose_answer_was_lost_is_found_out_about"),
        AN_ANSWER_BEFORE_THE_COMMIT(
                List.of(instead("db.GroupCommit", "IdentityHashMap", "put", "answeredEarly")), PIPELINE),
        EXPIRED_STOCK_STAYS_HELD(
                List.of(without("inventory.Holds", "letGo")),
                STORIES + "#a_hold_expires_and_its_stock_is_sold_to_the_next"),
        AN_ORDER_ALLOCATES_NOTHING(
                List.of(without("inventory.StockMoves", "move")),
                STORIES + "#a_paid_checkout_becomes_an_order_and_its_stock_is_allocated"),
        A_DECLINE_KEEPS_THE_DISCOUNT(
                List.of(without("checkout.EndPaymentHandler", "giveBack")),
                STORIES + "#a_code_with_one_use_is_taken_when_a_payment_begins_and_given_back_by_a_decline"),
        A_DECLINE_ENDS_THE_HOLD(
                List.of(text("inventory.Holds", "set state = 'active', paying_deadline = null", """
                        set state = 'released', paying_deadline = null, closed_at = shop_clock()""")),
                STORIES + "#a_declined_shopper_keeps_the_hold_and_tries_again_with_a_new_key"),
        NOBODY_LOOKS_AFTER_THE_UNKNOWN(
                List.of(text(
                        "payment.Payments",
                        "due_at <= shop_clock()\n     and state in ('begun', 'requires_action', 'unknown')",
                        "due_at <= shop_clock()\n     and state in ('begun', 'requires_action')")),
                STORIES + "#an_answer_lost_after_the_charge_ends_in_one_order"),
        ANY_TOTAL_WILL_DO(
                List.of(instead("checkout.BeginPaymentHandler", "Money", "equals", "same")),
                STORIES + "#nobody_pays_another_total_than_the_one_they_saw");

        private final List<Mutation> mutations;
        private final String[] told;

        Bug(List<Mutation> mutations, String... told) {
            this.mutations = mutations;
            this.told = told;
        }

        private ClassLoader program() {
            Map<String, byte[]> changed = new HashMap<>();
            for (Mutation mutation : mutations) {
                byte[] before = changed.getOrDefault(mutation.name(), Mutation.bytes(mutation.name()));
                changed.put(mutation.name(), mutation.applyTo(before));
            }
            return new BuggyProgram(changed);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void it_is_noticed(Bug bug) throws ClassNotFoundException {
        TestExecutionSummary summary = told(bug.program(), bug.told);
        assertThat(summary.getTestsFoundCount()).as("stories told").isPositive();
        summary.getFailures()
                .forEach(failure -> System.out.println("CAUGHT " + bug + " by "
                        + failure.getTestIdentifier().getDisplayName() + ": "
                        + String.valueOf(failure.getException())
                                .lines()
                                .limit(3)
                                .toList()));
        assertThat(summary.getFailures()).as("who noticed " + bug).isNotEmpty();
    }

    /// The stories are good as such: without a bug none of them fails.
    @ParameterizedTest
    @EnumSource(names = {"NO_FENCE", "A_LATE_OWNER_IS_BELIEVED", "A_LOST_COMMIT_IS_BELIEVED", "A_KEY_IS_FORGOTTEN"})
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void without_it_nobody_complains(Bug bug) throws ClassNotFoundException {
        Map<String, byte[]> unchanged = new HashMap<>();
        for (Mutation mutation : bug.mutations) unchanged.put(mutation.name(), Mutation.bytes(mutation.name()));
        TestExecutionSummary summary = told(new BuggyProgram(unchanged), bug.told);
        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isPositive();
    }

    private static TestExecutionSummary told(ClassLoader program, String... stories) throws ClassNotFoundException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(program);
        try {
            var selectors = new ArrayList<DiscoverySelector>();
            for (String story : stories) selectors.add(selected(program, story));
            var request = LauncherDiscoveryRequestBuilder.request()
                    .selectors(selectors)
                    .build();
            var listener = new SummaryGeneratingListener();
            LauncherFactory.create().execute(request, listener);
            return listener.getSummary();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static DiscoverySelector selected(ClassLoader program, String story) throws ClassNotFoundException {
        String[] parts = story.split("#", 2);
        Class<?> type = program.loadClass("holdfast." + parts[0]);
        if (parts.length == 1) return selectClass(type);
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(parts[1]))
                .map(method -> selectMethod(type, method))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no story " + story));
    }

    /// The program and its tests once more, some classes of it changed. What is not theirs, and the PostgreSQL
    /// that all tests share, is shared with this test.
    private static final class BuggyProgram extends ClassLoader {

        private final Map<String, byte[]> changed;
        private final boolean ownDatabase;

        BuggyProgram(Map<String, byte[]> changed) {
            super(MutantTest.class.getClassLoader());
            this.changed = changed;
            this.ownDatabase = changed.keySet().stream().anyMatch(name -> name.startsWith("holdfast.db."));
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("holdfast.") || isShared(name)) return super.loadClass(name, resolve);
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) return loaded;
                byte[] bytes = changed.getOrDefault(name, Mutation.bytes(name));
                return defineClass(name, bytes, 0, bytes.length);
            }
        }

        private boolean isShared(String name) {
            if (name.startsWith("holdfast.kernel.")) return true;
            boolean isRoot = name.indexOf('.', "holdfast.".length()) < 0;
            return !ownDatabase && (isRoot || name.startsWith("holdfast.db."));
        }
    }
}
