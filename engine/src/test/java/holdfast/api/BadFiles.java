package holdfast.api;

import static holdfast.api.BadRequest.Refused.ANY_FIELD;
import static holdfast.api.BadRequest.Refused.as;
import static holdfast.api.BadRequest.Refused.forCard;
import static holdfast.api.BadRequest.Refused.naming;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;

import holdfast.api.OpenApi.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// CSV files with one bad cell each, and files that are no CSV.
final class BadFiles {

    private static final String LONG = "A".repeat(65);

    /// What is tried in each column, and not allowed there.
    private static final Map<String, List<String>> CELLS = Map.of(
            "sku", List.of("", "a b", LONG, "\u00e4", "' or 1=1 --", "a/b"),
            "title", List.of("", " ", "A".repeat(501), "a\u0001b", "a\u2028b"),
            "price",
                    List.of(
                            "",
                            " ",
                            "x",
                            "1e3",
                            "-1",
                            "+1",
                            "\"1,5\"",
                            "19.999",
                            "1.",
                            ".5",
                            "0x10",
                            "NaN",
                            "10000000000000.01",
                            "9223372036854775808",
                            "\u0663"),
            "currency", List.of("", "gbp", "GB", "GBPP", "ZZZ"),
            "weight_grams", List.of("-1", "1.5", "1e3", "x", "100000001", "2147483648", "9223372036854775808"),
            "tax_category", List.of("a b", LONG, "\u00e4"),
            "warehouse", List.of("", "a b", "NOWHERE"),
            "on_hand", List.of("", "-1", "1.5", "1e3", "x", "1000000000001", "9223372036854775808"));

    private final List<BadRequest> bad = new ArrayList<>();
    private final Sample good;

    private BadFiles(Operation operation) {
        this.good = Sample.of(operation);
    }

    static List<BadRequest> of(Operation operation) {
        var files = new BadFiles(operation);
        files.cells();
        files.rows();
        files.noCsv();
        return files.bad;
    }

    /// A row that is good.
    private static Map<String, String> row() {
        var row = new LinkedHashMap<String, String>();
        row.put("sku", "CAP-RED");
        row.put("title", "\"Cap, red\"");
        row.put("price", "19.99");
        row.put("currency", "GBP");
        row.put("weight_grams", "90");
        row.put("tax_category", "standard");
        row.put("warehouse", "LON");
        row.put("on_hand", "10");
        return row;
    }

    private static String file(Map<String, String> row) {
        return String.join(",", row.keySet()) + "\n" + String.join(",", row.values()) + "\n";
    }

    private void cells() {
        for (String column : row().keySet()) {
            for (String value : CELLS.getOrDefault(column, List.of())) cell(column, value, naming(column));
            if (BadValues.isName(column)) continue;
            for (String card : BadValues.CARDS) cell(column, card, forCard(column));
        }
    }

    private void cell(String column, String value, BadRequest.Refused as) {
        Map<String, String> row = row();
        row.put(column, value);
        add(column + " = " + value, file(row), as);
    }

    private void rows() {
        String file = file(row());
        String row = file.substring(file.indexOf('\n') + 1);
        add("a SKU twice", file + row, naming("sku").because("duplicate"));
        add("a row with a cell less", file + "A,B,1\n", naming(ANY_FIELD));
        add("a row with a cell more", file + row.strip() + ",x\n", naming(ANY_FIELD));
        add("a quote that is never closed", file + "CAP-BLUE,\"Cap\n", naming(ANY_FIELD));
        for (String column : List.of("sku", "title", "price", "currency")) {
            Map<String, String> without = row();
            without.remove(column);
            add("no column " + column, file(without), naming(ANY_FIELD));
        }
        Map<String, String> surprised = row();
        surprised.put("surprise", "1");
        add("a column nobody knows", file(surprised), naming(ANY_FIELD));
        add("a column twice", "sku," + file.replace("\n", ",x\n"), naming(ANY_FIELD));
    }

    private void noCsv() {
        String file = file(row());
        add("an empty file", "", naming(ANY_FIELD));
        add("JSON", "{\"sku\":\"CAP-RED\"}", naming(ANY_FIELD));
        add("NUL", file.replace("Cap", "C\u0000p"), naming(ANY_FIELD));
        add("UTF-16", good.with(file.getBytes(UTF_16)), naming(ANY_FIELD));
        add("ISO 8859-1", good.with(file.replace("Cap", "C\u00e4p").getBytes(ISO_8859_1)), naming(ANY_FIELD));
        add("32 MiB and a byte", good.with(new byte[Body.CSV_BYTES_MAX + 1]), as(413, "body_too_large"));
        for (String type : List.of("", "text/plain", "application/json", "text/csv; charset=iso-8859-1", "*/*")) {
            add("as " + type, good.as(type), as(415, "unsupported_media_type"));
        }
    }

    private void add(String what, String file, BadRequest.Refused as) {
        add(what, good.with(file), as);
    }

    private void add(String what, Sample request, BadRequest.Refused as) {
        bad.add(new BadRequest(what, request, as));
    }
}
