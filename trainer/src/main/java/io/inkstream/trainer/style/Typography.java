package io.inkstream.trainer.style;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.StyleSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows how large each character is, where it stands, and which styles there are: what no 28 x 28 image tells.
 *
 * @param classes the measured characters, by character
 * @param styles the styles that a model offers; the first is the default
 */
public record Typography(Map<String, ClassSpec> classes, List<StyleSpec> styles) {
    private static final String CLASSES = "/io/inkstream/trainer/class-metrics.csv";
    private static final String STYLES = "/io/inkstream/trainer/styles.json";

    public Typography {
        classes = Map.copyOf(classes);
        styles = List.copyOf(styles);
        if (styles.isEmpty()) {
            throw new IllegalArgumentException("a model needs at least one style");
        }
    }

    /** Reads the typography that ships with the trainer: the 94 printable ASCII characters. */
    public static Typography standard() {
        try (InputStream metrics = Typography.class.getResourceAsStream(CLASSES);
                InputStream styles = Typography.class.getResourceAsStream(STYLES)) {
            return new Typography(classes(metrics), styles(styles));
        } catch (IOException e) {
            throw new IllegalStateException("the trainer's own typography cannot be read", e);
        }
    }

    /**
     * Size and place of a character: as measured, or estimated from what it would be composed of.
     *
     * @throws IllegalArgumentException if it cannot be a class, or there is nothing to estimate it by
     */
    public ClassSpec of(String character) {
        ClassSpec spec = classes.get(character);
        return spec == null ? new ComposedMetrics(classes).of(character) : spec;
    }

    private static Map<String, ClassSpec> classes(InputStream csv) throws IOException {
        CsvSchema withHeader = CsvSchema.emptySchema().withHeader().withComments();
        Map<String, ClassSpec> classes = new LinkedHashMap<>();
        try (MappingIterator<Map<String, String>> rows =
                new CsvMapper().readerForMapOf(String.class).with(withHeader).readValues(csv)) {
            while (rows.hasNext()) {
                Map<String, String> row = rows.next();
                ClassSpec spec = new ClassSpec(
                        row.get("character"),
                        number(row, "height"),
                        number(row, "width"),
                        number(row, "bottom"),
                        number(row, "heightLogSd"),
                        number(row, "widthLogSd"),
                        number(row, "slant"),
                        number(row, "slantFactor"),
                        number(row, "sideTolerance"),
                        number(row, "maxBoxGap"),
                        number(row, "penFactor"),
                        countOrVaries(row, "pieces"),
                        countOrVaries(row, "holes"),
                        row.get("lookalikes"),
                        row.get("composedFrom").isEmpty() ? null : number(row, "composedFrom"));
                classes.put(spec.character(), spec);
            }
        }
        return classes;
    }

    private static List<StyleSpec> styles(InputStream json) throws IOException {
        return List.of(new JsonMapper().readValue(json, StyleSpec[].class));
    }

    private static double number(Map<String, String> row, String column) {
        return Double.parseDouble(row.get(column));
    }

    private static int countOrVaries(Map<String, String> row, String column) {
        String cell = row.get(column);
        return cell.isEmpty() ? -1 : Integer.parseInt(cell);
    }
}
