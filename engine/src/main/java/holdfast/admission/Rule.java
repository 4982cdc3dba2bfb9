package holdfast.admission;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a shopper may do so often, and how often.
public enum Rule {
    READS,
    READS_PER_ADDRESS,
    WRITES,
    WRITES_PER_ADDRESS,
    /// Of one checkout.
    COMPLETES,
    COMPLETES_PER_ADDRESS,
    /// Of one checkout: who has guessed so often begins a new one.
    DECLINES,
    DECLINES_PER_ADDRESS,
    /// Discount codes that are none.
    WRONG_CODES,
    WRONG_CODES_PER_ADDRESS,
    /// Checkouts that hold stock at the same time.
    HOLDS,
    HOLDS_PER_ADDRESS;

    /// As it is written where nothing else is set.
    public static final String DEFAULTS = "reads=50/s,reads_per_address=50/s,writes=10/s,writes_per_address=10/s,"
            + "completes=5/m,completes_per_address=20/h,declines=3/h,declines_per_address=10/h,"
            + "wrong_codes=10/m,wrong_codes_per_address=10/m,holds=3,holds_per_address=5";

    private static final Pattern RATE = Pattern.compile("(\\d{1,6})/([smh])");
    private static final Pattern COUNT = Pattern.compile("\\d{1,6}");

    /// So often.
    ///
    /// @param within how long; zero where it is counted at the same time
    public record Often(int times, Duration within) {}

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    private boolean isAtOnce() {
        return this == HOLDS || this == HOLDS_PER_ADDRESS;
    }

    /// Reads what is set: `off`, or rules with commas between, where what is left out has no limit.
    ///
    /// @throws IllegalArgumentException that says what it has to look like
    public static Map<Rule, Often> parse(String text) {
        var rules = new EnumMap<Rule, Often>(Rule.class);
        if (text.strip().equals("off")) return rules;
        for (String each : text.split(",", -1)) {
            String[] parts = each.strip().split("=", -1);
            Rule rule = of(parts[0])
                    .orElseThrow(() -> new IllegalArgumentException("has \"" + parts[0] + "\", which is none of "
                            + String.join(
                                    ", ",
                                    Arrays.stream(values()).map(Rule::code).toList())));
            Often often = parts.length == 2 ? rule.often(parts[1]) : null;
            if (often == null) {
                throw new IllegalArgumentException(
                        "must have " + rule.code() + (rule.isAtOnce() ? " as 3" : " as 5/s, 5/m or 5/h"));
            }
            rules.put(rule, often);
        }
        return rules;
    }

    private static Optional<Rule> of(String code) {
        return Arrays.stream(values()).filter(rule -> rule.code().equals(code)).findFirst();
    }

    private @Nullable Often often(String text) {
        if (isAtOnce()) {
            return COUNT.matcher(text).matches() ? often(Integer.parseInt(text), Duration.ZERO) : null;
        }
        Matcher rate = RATE.matcher(text);
        if (!rate.matches()) return null;
        Duration within = switch (rate.group(2)) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        };
        return often(Integer.parseInt(rate.group(1)), within);
    }

    private static @Nullable Often often(int times, Duration within) {
        return times == 0 ? null : new Often(times, within);
    }
}
