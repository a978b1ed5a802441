package io.inkstream.schemas.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.Variation;
import io.inkstream.schemas.rpc.ImageFormat;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.topics.DeadLetterReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** List, Avro record, request and README are true to each other. */
class LayoutOptionTest {
    private static final String README = "README.md";

    @Test
    void theListHasEveryFieldOfTheRecordAndNoOther() {
        assertThat(Arrays.stream(LayoutOption.values()).map(LayoutOption::field))
                .containsExactlyInAnyOrderElementsOf(LayoutOptions.getClassSchema().getFields().stream()
                        .map(Schema.Field::name)
                        .toList());
    }

    /** All numbers of a request are options, but for these. */
    @Test
    void theListHasEveryFieldOfARequestThatSaysHow() {
        assertThat(RenderLineRequest.getDescriptor().getFields().stream()
                        .map(FieldDescriptor::getName)
                        .toList())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of(
                                        "model",
                                        "style",
                                        "seed",
                                        "line_index",
                                        "glyphs",
                                        "graphemes",
                                        "read_back",
                                        "read_line",
                                        "pen_marks"),
                                Arrays.stream(LayoutOption.values())
                                        .filter(LayoutOption::isDrawn)
                                        .map(option -> option.name().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void theMeaningNamesTheBounds(LayoutOption option) {
        String bounds =
                option.bounds(LayoutOptions.newBuilder().setPages(true).build()).toString();

        if (option.type() == Schema.Type.INT || option.type() == Schema.Type.DOUBLE) {
            assertThat(option.doc())
                    .contains(option == LayoutOption.LINE_WIDTH_PX ? "2 and at most 256 line heights" : bounds);
        }
    }

    @Test
    void theDefaultsCanBeMet() {
        assertThat(LayoutOption.fault(LayoutOptions.newBuilder().build())).isEmpty();
    }

    @Test
    void thePageOfTheModuleHasTheTable() throws IOException {
        String table = Arrays.stream(LayoutOption.values())
                .map(option -> String.format(
                        "| `%s` | `%s` | %s | %s |%n",
                        option.field(),
                        option.defaultText(),
                        "`" + (option.flag() + " " + option.label()).trim() + "`",
                        option.doc()))
                .collect(Collectors.joining());

        assertThat(Files.readString(Path.of(README))).as("put this table there").contains(table);
    }

    @Test
    void aRequestSaysWhatTheLayoutSays() {
        LayoutOptions layout = unlikeTheDefaults();
        RenderLineRequest.Builder request = RenderLineRequest.newBuilder();

        LayoutOption.ask(layout, request);

        LayoutOptions asked = LayoutOption.asked(request.build());
        for (LayoutOption option : LayoutOption.values()) {
            assertThat(option.of(asked))
                    .as(option.field())
                    .isEqualTo(option.of(
                            option.isDrawn()
                                    ? layout
                                    : LayoutOptions.newBuilder().build()));
        }
        assertThat(request.getFormat()).isEqualTo(ImageFormat.PNG_ALPHA);
    }

    private static LayoutOptions unlikeTheDefaults() {
        LayoutOptions layout = LayoutOptions.newBuilder().build();
        for (LayoutOption option : LayoutOption.values()) {
            switch (option.type()) {
                case INT -> option.set(layout, "160");
                case DOUBLE -> option.set(layout, "0.25");
                case STRING ->
                    option.set(
                            layout,
                            switch (option) {
                                case FORMAT -> "png-alpha";
                                case INK -> "#1a2b6d";
                                case PAPER -> "a4";
                                case RULING -> "legal";
                                default -> "right";
                            });
                default -> option.set(layout, option.switchedOn());
            }
            assertThat(option.of(layout))
                    .as(option.field())
                    .isNotEqualTo(option.of(LayoutOptions.newBuilder().build()));
        }
        return layout;
    }

    /** So a request of an earlier release and its answer are those of this one. */
    @Test
    void whatIsTheDefaultAnywayIsLeftOutWhereItCanBe() {
        RenderLineRequest.Builder request = RenderLineRequest.newBuilder();
        LayoutOption.ask(LayoutOptions.newBuilder().build(), request);

        assertThat(request.build())
                .isEqualTo(RenderLineRequest.newBuilder()
                        .setLineHeightPx(64)
                        .setLineWidthPx(1024)
                        .setMaxOverlap(1.0 / 3)
                        .build());
        assertThat(LayoutOption.asked(request.build()))
                .isEqualTo(LayoutOptions.newBuilder().build());
    }

    /** The schema of somebody's client, which leaves out what it does not need. */
    @Test
    void aDocumentThatSaysNothingOfItsLayoutHasTheDefaults() throws IOException {
        Schema own = SchemaBuilder.record("TextDocument")
                .namespace("io.inkstream.schemas.avro")
                .fields()
                .requiredString("text")
                .endRecord();
        GenericRecord written = new GenericRecordBuilder(own).set("text", "x").build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<>(own).write(written, encoder);
        encoder.flush();

        TextDocument read = new SpecificDatumReader<TextDocument>(own, TextDocument.getClassSchema())
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));

        assertThat(read.getLayout()).isEqualTo(LayoutOptions.newBuilder().build());
        assertThat(TextDocument.newBuilder().setText("x").build()).isEqualTo(read);
    }

    @Test
    void aThirdMayHaveBeenAFloat() {
        LayoutOptions layout =
                LayoutOptions.newBuilder().setMaxOverlap((double) (1f / 3)).build();
        RenderLineRequest.Builder request = RenderLineRequest.newBuilder();
        LayoutOption.ask(layout, request);

        assertThat(LayoutOption.fault(layout)).isEmpty();
        assertThat(request.getMaxOverlap()).isEqualTo(1.0 / 3);
    }

    @Test
    void whatThisReleaseDoesNotKnowIsNamed() {
        assertThatThrownBy(() -> LayoutOption.asked(
                        RenderLineRequest.newBuilder().setVariationValue(7).build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("variation 7 is unknown");
        assertThatThrownBy(() -> LayoutOption.asked(
                        RenderLineRequest.newBuilder().setFormatValue(7).build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("format 7 is unknown");
        LayoutOptions later = LayoutOptions.newBuilder().setFormat("jpeg").build();
        assertThatThrownBy(() -> LayoutOption.ask(later, RenderLineRequest.newBuilder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("format 'jpeg' is unknown");
    }

    @Test
    void anUnknownFormatIsRefusedWithTheKnownOnes() {
        assertThat(LayoutOption.fault(
                        LayoutOptions.newBuilder().setFormat("jpeg").build()))
                .contains(new LayoutOption.Fault(
                        DeadLetterReason.UNKNOWN_FORMAT, "format is 'jpeg', not png or png-alpha or svg or svg-plot"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 2.01, Double.NaN, Double.POSITIVE_INFINITY})
    void anIrregularityThatNoHandHasIsRefused(double irregularity) {
        assertThat(LayoutOption.fault(
                        LayoutOptions.newBuilder().setIrregularity(irregularity).build()))
                .contains(new LayoutOption.Fault(
                        DeadLetterReason.INVALID_LAYOUT, "irregularity is " + irregularity + ", not 0 to 2"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.5, -2, 1.01, Double.NaN})
    void aJoiningThatNoHandHasIsRefused(double joining) {
        assertThat(LayoutOption.fault(
                        LayoutOptions.newBuilder().setJoining(joining).build()))
                .contains(new LayoutOption.Fault(
                        DeadLetterReason.INVALID_LAYOUT,
                        "joining is " + joining + ", not 0 to 1, or -1 for the style's own"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0, 0.5, 1})
    void aJoiningIsAShareOrTheStylesOwnWhichIsNotAskedFor(double joining) {
        LayoutOptions layout = LayoutOptions.newBuilder().setJoining(joining).build();
        RenderLineRequest.Builder request = RenderLineRequest.newBuilder();
        LayoutOption.ask(layout, request);

        assertThat(LayoutOption.fault(layout)).isEmpty();
        assertThat(request.hasJoining()).isEqualTo(joining >= 0);
        assertThat(LayoutOption.asked(request.build()).getJoining()).isEqualTo(joining);
    }

    @Test
    void aTextThatIsNoneOfTheTypeIsRefused() {
        LayoutOptions layout = LayoutOptions.newBuilder().build();

        assertThatThrownBy(() -> LayoutOption.VARIATION.set(layout, "WILD"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HAND");
        assertThatThrownBy(() -> LayoutOption.LINE_HEIGHT_PX.set(layout, "high"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(layout.getVariation()).isEqualTo(Variation.HAND);
    }
}
