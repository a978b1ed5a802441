package io.inkstream.schemas.layout;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.inkstream.schemas.CamelCase;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.topics.DeadLetterReason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/**
 * The options of a layout: all that is to be said of one beside its field in {@code LayoutOptions.avsc} and, if the model
 * server has to know it, its field in {@code RenderLineRequest}. Checks, dead letters, requests, the command line, saved
 * provenance and the table of the README go over this list.
 *
 * <p>The names of the fields follow from that of the constant; type, default and meaning are those of the Avro field. Refusals
 * come in the order of the constants.
 */
@SuppressWarnings("ImmutableEnumChecker") // the schemas of generated classes are never written to
public enum LayoutOption {
    LINE_HEIGHT_PX("--line-height", "PX", between(Limits.MIN_LINE_HEIGHT_PX, Limits.MAX_LINE_HEIGHT_PX)),
    LINE_WIDTH_PX("--line-width", "PX", LayoutOption::widths),
    MAX_OVERLAP("--overlap", "SHARE", between(0, 1.0 / 3)),
    VARIATION("--fresh", "FRESH"),
    PAGES("--pages", "true"),
    LINES_PER_PAGE("--lines-per-page", "N", layout -> layout.getPages() ? new Span(1, 200, "") : Span.ANY),
    FORMAT("--format", "NAME", layout -> new Choice(OutputFormat.ids())),
    IRREGULARITY("--irregularity", "FACTOR", between(0, 2)),
    WHITESPACE("--collapse", "COLLAPSE"),
    JOINING("--joining", "SHARE", layout -> new OrOwn(new Span(0, 1, ""), "style's")),
    SLANT("--slant", "DEGREES", between(-30, 30)),
    PEN_WIDTH("--pen-width", "FACTOR", between(.5, 2)),
    LETTER_SPACING("--letter-spacing", "X-HEIGHTS", between(-.1, 1)),
    WORD_SPACING("--word-spacing", "FACTOR", between(.5, 3)),
    FATIGUE("--fatigue", "SHARE", between(0, 1)),
    INK("--ink", "#RRGGBB", layout -> Colour.ANY),
    RESOLUTION_DPI("--dpi", "N", between(72, 600)),
    PAPER("--paper", "NAME", layout -> new Choice(Paper.ids())),
    RULING("--ruling", "NAME", layout -> new Choice(Ruling.ids())),
    MARGIN_MM("--margin", "MM", layout -> new OrOwn(new Span(0, 60, ""), "page's")),
    LINE_SPACING("--line-spacing", "FACTOR", between(.7, 3)),
    ALIGN("--align", "SIDE", layout -> new Choice(Alignment.ids())),
    MARKUP("--markup", "true");

    /** Two line heights are 6.4 x-heights, more than twice the widest letter. */
    public static final int MIN_WIDTH_IN_HEIGHTS = 2;

    private static final int MAX_WIDTH_IN_HEIGHTS = 256;

    private static final Set<LayoutOption> OF_PAGES = EnumSet.of(PAPER, RULING, MARGIN_MM, LINE_SPACING, ALIGN);

    /** A third may have been a float, or been rounded in somebody's JSON. */
    private static final double ROUNDING = 1e-6;

    private final String flag;
    private final String label;
    private final String switchedOn;
    private final Function<LayoutOptions, Bounds> bounds;
    private final Schema.Field field;
    private final Optional<FieldDescriptor> asked;

    /** One whose flag has a value. */
    LayoutOption(String flag, String label, Function<LayoutOptions, Bounds> bounds) {
        this(flag, label, "", bounds);
    }

    /** One whose flag is a switch to the value that is not the default. */
    LayoutOption(String flag, String switchedOn) {
        this(flag, "", switchedOn, layout -> Span.ANY);
    }

    LayoutOption(String flag, String label, String switchedOn, Function<LayoutOptions, Bounds> bounds) {
        this.flag = flag;
        this.label = label;
        this.switchedOn = switchedOn;
        this.bounds = bounds;
        field = LayoutOptions.getClassSchema().getField(CamelCase.of(this));
        asked = Optional.ofNullable(RenderLineRequest.getDescriptor().findFieldByName(name().toLowerCase(Locale.ROOT)));
    }

    /** What a value has to be. */
    public interface Bounds {
        boolean has(Object value);

        /** From where to where a number may be; empty where it is none, or any. */
        default Optional<Range> range() {
            return Optional.empty();
        }

        /** The names that a text may be; none where it is no text, or any. */
        default List<String> names() {
            return List.of();
        }

        /** In words that follow "not", such as {@code 0 to 1/3}. */
        @Override
        String toString();
    }

    /** Both ends belong to it. */
    public record Range(double least, double most) {}

    private record Span(double least, double most, String where) implements Bounds {
        static final Span ANY = new Span(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, "");

        @Override
        public boolean has(Object value) {
            return this == ANY
                    || value instanceof Number number
                            && number.doubleValue() >= least
                            && number.doubleValue() <= most + ROUNDING;
        }

        @Override
        public Optional<Range> range() {
            return this == ANY ? Optional.empty() : Optional.of(new Range(least, most));
        }

        @Override
        public String toString() {
            return words(least) + " to " + words(most) + where;
        }

        static String words(double number) {
            return number == Math.rint(number)
                    ? Long.toString((long) number)
                    : number == 1.0 / 3 ? "1/3" : Double.toString(number);
        }
    }

    /** Bounds of what a document may leave to somebody else by -1, where 0 means something else. */
    private record OrOwn(Bounds other, String whose) implements Bounds {
        @Override
        public boolean has(Object value) {
            return value instanceof Number number && number.doubleValue() == -1 || other.has(value);
        }

        @Override
        public Optional<Range> range() {
            return other.range();
        }

        @Override
        public String toString() {
            return other + ", or -1 for the " + whose + " own";
        }
    }

    private record Choice(List<String> names) implements Bounds {
        @Override
        public boolean has(Object value) {
            return names.contains(value);
        }

        @Override
        public String toString() {
            return String.join(" or ", names);
        }
    }

    private enum Colour implements Bounds {
        ANY;

        private static final Pattern WRITTEN = Pattern.compile("#[0-9a-fA-F]{6}");

        @Override
        public boolean has(Object value) {
            return value instanceof String text && WRITTEN.matcher(text).matches();
        }

        @Override
        public String toString() {
            return "a colour such as #1a2b6d";
        }
    }

    private static Function<LayoutOptions, Bounds> between(double least, double most) {
        return layout -> new Span(least, most, "");
    }

    private static Bounds widths(LayoutOptions layout) {
        int height = layout.getLineHeightPx();
        return new Span(
                MIN_WIDTH_IN_HEIGHTS * height,
                Math.min(Limits.MAX_LINE_WIDTH_PX, MAX_WIDTH_IN_HEIGHTS * height),
                " for lines of " + height + " pixels");
    }

    /** Name of the Avro field, such as {@code lineHeightPx}. */
    public String field() {
        return field.name();
    }

    /** Name in JSON that is kept beside images, such as {@code line_height}. */
    public String json() {
        return name().toLowerCase(Locale.ROOT).replaceFirst("_px$", "");
    }

    /** Flag of the command line. */
    public String flag() {
        return flag;
    }

    /** What stands for the value of the flag in its help; empty where the flag has none. */
    public String label() {
        return label;
    }

    /** Type of the Avro field. */
    public Schema.Type type() {
        return field.schema().getType();
    }

    /** What it means, in sentences. */
    public String doc() {
        return field.doc();
    }

    /** The value where a document says nothing, in words. */
    public String defaultText() {
        Object value = of(LayoutOptions.newBuilder().build());
        return value instanceof Number number ? Span.words(number.doubleValue()) : value.toString();
    }

    /** The value that the flag sets where it has none of its own, in words. */
    public String switchedOn() {
        return switchedOn;
    }

    /** Whether the model server has to know it: then the drawing of a line depends on it. */
    public boolean isDrawn() {
        return asked.isPresent();
    }

    /** Whether it shows on pages alone: a document that asks for it wants pages. */
    public boolean isOfPages() {
        return OF_PAGES.contains(this);
    }

    /** What the value of a layout has to be, which may depend on the other options. */
    public Bounds bounds(LayoutOptions layout) {
        return bounds.apply(layout);
    }

    /** The value in a layout: a number, a boolean, a text or an enum. */
    public Object of(LayoutOptions layout) {
        return layout.get(field.pos());
    }

    /**
     * Sets the value in a layout.
     *
     * @throws IllegalArgumentException if the text is none of the type
     */
    public void set(LayoutOptions layout, String text) {
        layout.put(
                field.pos(),
                switch (type()) {
                    case INT -> Integer.valueOf(text);
                    case DOUBLE -> Double.valueOf(text);
                    case BOOLEAN -> Boolean.valueOf(text);
                    case ENUM -> symbol(text);
                    default -> text;
                });
    }

    private Object symbol(String text) {
        if (!field.schema().hasEnumSymbol(text)) {
            throw new IllegalArgumentException(
                    field() + " is none of " + field.schema().getEnumSymbols());
        }
        return SpecificData.get().createEnum(text, field.schema());
    }

    /**
     * Why a document is refused.
     *
     * @param message which option cannot be met, for the document's author
     */
    public record Fault(DeadLetterReason reason, String message) {}

    /** Says which option cannot be met, if one cannot. */
    public static Optional<Fault> fault(LayoutOptions layout) {
        return Arrays.stream(values())
                .filter(option -> !option.bounds(layout).has(option.of(layout)))
                .findFirst()
                .map(option -> new Fault(
                        option == FORMAT ? DeadLetterReason.UNKNOWN_FORMAT : DeadLetterReason.INVALID_LAYOUT,
                        option.field() + " is " + quoted(option.of(layout)) + ", not " + option.bounds(layout)));
    }

    private static String quoted(Object value) {
        return value instanceof String text ? "'" + Limits.cut(text, Limits.QUOTED_CHARS) + "'" : String.valueOf(value);
    }

    /**
     * Asks for a line in that layout. What a request can leave out, and is the default, it leaves out, so that such a request
     * is the same whether it was made before there was the option or after.
     *
     * @param layout without {@link #fault}
     * @throws IllegalArgumentException if it names what this release does not know
     */
    public static void ask(LayoutOptions layout, RenderLineRequest.Builder request) {
        for (LayoutOption option : values()) {
            option.asked
                    .filter(name -> !name.hasPresence() || !option.of(layout).equals(option.field.defaultVal()))
                    .ifPresent(name -> request.setField(name, option.toRequest(name, layout)));
        }
    }

    private Object toRequest(FieldDescriptor name, LayoutOptions layout) {
        Object value = of(layout);
        if (value instanceof Double number && bounds(layout) instanceof Span span) {
            return Math.min(number, span.most());
        }
        if (name.getJavaType() != FieldDescriptor.JavaType.ENUM) {
            return value;
        }
        EnumValueDescriptor named = name.getEnumType()
                .findValueByName(value.toString().toUpperCase(Locale.ROOT).replace('-', '_'));
        if (named == null) {
            throw new IllegalArgumentException(field() + " " + quoted(value) + " is unknown");
        }
        return named;
    }

    /**
     * The layout that a request asks for; what it does not say has the default of the option.
     *
     * @throws IllegalArgumentException if it names what this release does not know
     */
    public static LayoutOptions asked(RenderLineRequest request) {
        LayoutOptions layout = LayoutOptions.newBuilder().build();
        for (LayoutOption option : values()) {
            option.asked
                    .filter(name -> !name.hasPresence() || request.hasField(name))
                    .ifPresent(name -> option.read(request.getField(name), layout));
        }
        return layout;
    }

    private void read(Object value, LayoutOptions layout) {
        if (!(value instanceof EnumValueDescriptor named)) {
            layout.put(field.pos(), value);
        } else if (named.getIndex() < 0) {
            throw new IllegalArgumentException(field() + " " + named.getNumber() + " is unknown");
        } else {
            set(layout, type() == Schema.Type.ENUM ? named.getName() : Ids.of(named.getName()));
        }
    }
}
