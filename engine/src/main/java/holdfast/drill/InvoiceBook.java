package holdfast.drill;

import holdfast.drill.Invoice.Entry;
import holdfast.drill.Meaning.Item;
import holdfast.drill.Meaning.Sale;
import holdfast.kernel.Money;
import holdfast.kernel.Sku;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All files of a replay, read: the invoices in the order in which they happened, the products they sell, and
/// what the files add up to as they stand.
///
/// @param raw added up while reading, before anything was understood: what every later sum has to come back to
record InvoiceBook(int files, Sum raw, List<Invoice> invoices) {

    private static final int TITLE_LENGTH_MAX = 500;

    record Product(Sku sku, String title, Money price) {}

    static InvoiceBook read(List<Path> files) {
        refuseTheSameTwice(files);
        Map<String, List<InvoiceLine>> byNumber = new LinkedHashMap<>();
        Sum raw = Sum.ZERO;
        for (Path file : files) {
            raw = raw.plus(InvoiceFile.read(
                    file,
                    Math.toIntExact(raw.lines()),
                    line -> byNumber.computeIfAbsent(line.invoice(), _ -> new ArrayList<>())
                            .add(line)));
        }
        return new InvoiceBook(
                files.size(),
                raw,
                byNumber.values().stream()
                        .map(Invoice::of)
                        .sorted(Invoice.BY_TIME)
                        .toList());
    }

    /// Those that sell at least one product.
    List<Invoice> sales() {
        return invoices.stream().filter(invoice -> !invoice.sales().isEmpty()).toList();
    }

    /// Those that take at least one product back.
    List<Invoice> cancellations() {
        return invoices.stream().filter(invoice -> !invoice.returns().isEmpty()).toList();
    }

    /// One for each SKU that is sold. Descriptions change from line to line, so a product bears the one that
    /// its code bears most often, at whatever price; the code itself if it bears none.
    List<Product> products() {
        Map<String, Map<String, Integer>> titles = new HashMap<>();
        Map<Sku, Product> products = new LinkedHashMap<>();
        for (Entry entry : entries()) {
            InvoiceLine line = entry.line();
            if (entry.meaning() instanceof Sale && !line.description().isEmpty()) {
                titles.computeIfAbsent(line.code(), _ -> new HashMap<>()).merge(line.description(), 1, Integer::sum);
            }
        }
        for (Entry entry : entries()) {
            if (entry.meaning() instanceof Sale(Item item)) {
                products.computeIfAbsent(
                        item.sku(), sku -> new Product(sku, title(entry.line().code(), titles), item.unitPrice()));
            }
        }
        return List.copyOf(products.values());
    }

    List<Entry> entries() {
        return invoices.stream().flatMap(invoice -> invoice.entries().stream()).toList();
    }

    private static String title(String code, Map<String, Map<String, Integer>> titles) {
        String title = titles.getOrDefault(code, Map.of()).entrySet().stream()
                .max(Comparator.comparing(Map.Entry<String, Integer>::getValue)
                        .thenComparing(Map.Entry::getKey, Comparator.reverseOrder()))
                .map(Map.Entry::getKey)
                .orElse(code);
        return title.substring(0, Math.min(title.length(), TITLE_LENGTH_MAX));
    }

    /// A file given twice would double every line of it.
    private static void refuseTheSameTwice(List<Path> files) {
        Map<String, Path> seen = new HashMap<>();
        for (Path file : files) {
            Path twin = seen.putIfAbsent(digest(file), file);
            if (twin != null) throw new DrillFailed(file + " has the same content as " + twin + ": give it once");
        }
    }

    private static String digest(Path file) {
        try (InputStream in = Files.newInputStream(file);
                var digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digested.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        } catch (NoSuchFileException e) {
            throw new DrillFailed(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new DrillFailed(file + " cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
