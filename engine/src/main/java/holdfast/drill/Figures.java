package holdfast.drill;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;

/// Figures for people to read, the same in every locale.
final class Figures {

    private Figures() {}

    static String told(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /// Exact: with as many decimals as it takes, two at least.
    static String told(BigDecimal pounds) {
        var format = new DecimalFormat("#,##0.00######", DecimalFormatSymbols.getInstance(Locale.ROOT));
        format.setRoundingMode(RoundingMode.UNNECESSARY);
        return format.format(pounds);
    }

    /// For a time that was measured: `8.3 ms`, `12.41 s`.
    static String told(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        return millis < 1000
                ? String.format(Locale.ROOT, "%.1f ms", millis)
                : String.format(Locale.ROOT, "%.2f s", millis / 1000);
    }

    /// So many in that time, each second.
    static String rate(long count, Duration duration) {
        return duration.isZero() ? "–" : String.format(Locale.ROOT, "%.1f", count * 1e9 / duration.toNanos());
    }
}
