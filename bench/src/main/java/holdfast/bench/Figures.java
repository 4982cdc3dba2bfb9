package holdfast.bench;

import java.time.Duration;
import java.util.Locale;

/// How figures are written.
final class Figures {

    private Figures() {}

    static String count(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// Of bytes.
    static String megabytes(long bytes) {
        return count(bytes / (1L << 20));
    }

    static String gigabytes(double bytes) {
        return decimal(bytes / (1L << 30));
    }

    static String times(double ratio) {
        return String.format(Locale.ROOT, ratio < 10 ? "× %.2f" : "× %.0f", ratio);
    }

    static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    static String millis(double millis) {
        return millis < 100 ? decimal(millis) : count(millis);
    }

    static String seconds(Duration time) {
        return time.toMillis() % 1_000 == 0 ? time.toSeconds() + " s" : decimal(time.toMillis() / 1e3) + " s";
    }

    static String skus(int skus) {
        return skus == 1 ? "one SKU" : count(skus) + " SKUs";
    }

    static String clients(int clients) {
        return clients == 1 ? "1 client" : count(clients) + " clients";
    }
}
