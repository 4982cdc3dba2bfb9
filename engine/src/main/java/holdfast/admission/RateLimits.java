package holdfast.admission;

import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.kernel.Tally;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps a single visitor from doing what a shopper does not do: trying cards or discount codes by the dozen,
/// holding the stock that others want to buy, asking a hundred times a second.
///
/// It counts in memory, in this process, and forgets everything with it. Whoever asks with a secret key is a
/// server of the merchant's, and never comes here.
public final class RateLimits {

    private static final int RETRY_AFTER_SECONDS_MAX = 3_600;

    private final Map<Rule, Buckets> buckets = new EnumMap<>(Rule.class);
    private final Map<Rule, Integer> holdsMost = new EnumMap<>(Rule.class);
    private final OpenHolds holds = new OpenHolds();
    private final OpenHolds holdsByAddress = new OpenHolds();
    private final Attempts attempts = new Attempts();
    private final Tally<Rule> refused = new Tally<>();
    private final Duration holdTime;
    private final LongSupplier nanoTime;

    /// Somebody who is no server of the merchant's.
    ///
    /// @param secret a name for the client secret that they have shown, if they have
    /// @param address a name for where they come from; null if nobody knows
    public record Visitor(@Nullable String secret, @Nullable String address) {}

    /// @param holdTime how long a hold is one
    public RateLimits(Map<Rule, Rule.Often> rules, Duration holdTime) {
        this(rules, holdTime, System::nanoTime);
    }

    RateLimits(Map<Rule, Rule.Often> rules, Duration holdTime, LongSupplier nanoTime) {
        this.holdTime = holdTime;
        this.nanoTime = nanoTime;
        rules.forEach((rule, often) -> {
            if (often.within().isZero()) holdsMost.put(rule, often.times());
            else buckets.put(rule, new Buckets(often.times(), often.within()));
        });
    }

    /// They want to read something.
    ///
    /// @throws Refusal `rate_limited`, here as in all of these
    public void read(Visitor visitor) {
        spend(Rule.READS, visitor.secret, Rule.READS_PER_ADDRESS, visitor.address);
    }

    /// They want to write something, other than to pay.
    public void write(Visitor visitor) {
        spend(Rule.WRITES, visitor.secret, Rule.WRITES_PER_ADDRESS, visitor.address);
    }

    /// They want to pay.
    ///
    /// @param attempt a name for this attempt: asked for again, it is the same one, and counts once
    public void pay(Visitor visitor, UUID checkout, String attempt) {
        String name = checkout.toString();
        if (attempts.isLatest(name, attempt)) return;
        demand(Rule.DECLINES, name);
        demand(Rule.DECLINES_PER_ADDRESS, visitor.address);
        spend(Rule.COMPLETES, name, Rule.COMPLETES_PER_ADDRESS, visitor.address);
        attempts.begin(name, attempt);
    }

    /// Their card was declined.
    public void declined(Visitor visitor, UUID checkout) {
        take(Rule.DECLINES, checkout.toString());
        take(Rule.DECLINES_PER_ADDRESS, visitor.address);
    }

    /// They want to use discount codes.
    public void code(Visitor visitor) {
        demand(Rule.WRONG_CODES, visitor.secret);
        demand(Rule.WRONG_CODES_PER_ADDRESS, visitor.address);
    }

    /// One of these was none.
    public void wrongCode(Visitor visitor) {
        take(Rule.WRONG_CODES, visitor.secret);
        take(Rule.WRONG_CODES_PER_ADDRESS, visitor.address);
    }

    /// They want to open a checkout.
    public void open(Visitor visitor) {
        demandRoom(Rule.HOLDS, holds, visitor.secret);
        demandRoom(Rule.HOLDS_PER_ADDRESS, holdsByAddress, visitor.address);
    }

    /// They have opened it.
    public void opened(Visitor visitor, UUID checkout) {
        long until = nanoTime.getAsLong() + holdTime.toNanos();
        if (visitor.secret != null) holds.add(visitor.secret, checkout, until);
        if (visitor.address != null) holdsByAddress.add(visitor.address, checkout, until);
    }

    /// They have paid for it, or canceled it.
    public void closed(Visitor visitor, UUID checkout) {
        if (visitor.secret != null) holds.remove(visitor.secret, checkout);
        if (visitor.address != null) holdsByAddress.remove(visitor.address, checkout);
    }

    /// How often each rule has turned somebody away.
    public Map<Rule, Long> refused() {
        return refused.now();
    }

    private void spend(Rule rule, @Nullable String who, Rule other, @Nullable String otherWho) {
        demand(rule, who);
        demand(other, otherWho);
        take(rule, who);
        take(other, otherWho);
    }

    private void demand(Rule rule, @Nullable String who) {
        Buckets those = buckets.get(rule);
        if (those == null || who == null) return;
        Duration wait = those.waitFor(who, nanoTime.getAsLong());
        if (!wait.isZero()) throw refusal(rule, wait);
    }

    private void take(Rule rule, @Nullable String who) {
        Buckets those = buckets.get(rule);
        if (those != null && who != null) those.take(who, nanoTime.getAsLong());
    }

    private void demandRoom(Rule rule, OpenHolds those, @Nullable String who) {
        Integer most = holdsMost.get(rule);
        if (most == null || who == null) return;
        if (those.count(who, nanoTime.getAsLong()) >= most) throw refusal(rule, Duration.ofMinutes(1));
    }

    private Refusal refusal(Rule rule, Duration wait) {
        refused.count(rule);
        long seconds = Math.clamp(Math.ceilDiv(wait.toMillis(), 1_000), 1, RETRY_AFTER_SECONDS_MAX);
        return Problem.RATE_LIMITED.refuse(because(rule)).with("retry_after", seconds);
    }

    private static String because(Rule rule) {
        return switch (rule) {
            case READS, READS_PER_ADDRESS, WRITES, WRITES_PER_ADDRESS -> "Too many requests in a short time";
            case COMPLETES, COMPLETES_PER_ADDRESS -> "Too many payments in a short time";
            case DECLINES -> "Too many payments of this checkout were declined; open a new one";
            case DECLINES_PER_ADDRESS -> "Too many payments were declined";
            case WRONG_CODES, WRONG_CODES_PER_ADDRESS -> "Too many discount codes that are none";
            case HOLDS, HOLDS_PER_ADDRESS -> "Too many checkouts are open; pay for one, or cancel it";
        };
    }
}
