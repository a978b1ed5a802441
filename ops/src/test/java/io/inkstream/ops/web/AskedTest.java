package io.inkstream.ops.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.avro.TextDocument;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AskedTest {
    private static JsonNode json(String text) throws Exception {
        return new JsonMapper().readTree(text.replace('\'', '"'));
    }

    @Test
    void everyControlHasWhatItNeeds() {
        JsonNode options = Asked.options().path("options");

        assertThat(options.findValuesAsText("name")).doesNotContain("pages", "format");
        for (JsonNode option : options) {
            String type = option.path("type").asText();
            assertThat(option.path("doc").asText()).as(option.toString()).isNotEmpty();
            assertThat(option.has("default")).as(option.toString()).isTrue();
            assertThat(!type.equals("choice") || !option.path("choices").isEmpty())
                    .as(option.toString())
                    .isTrue();
            assertThat(option.path("min").asDouble(0))
                    .isLessThanOrEqualTo(option.path("max").asDouble(0));
        }
        JsonNode joining = byName(options, "joining");
        assertThat(List.of(
                        joining.path("own").asInt(),
                        joining.path("min").asInt(),
                        joining.path("max").asInt()))
                .containsExactly(-1, 0, 1);
        assertThat(byName(options, "lineHeightPx").path("min").asInt()).isEqualTo(16);
        assertThat(byName(options, "irregularity").has("own")).isFalse();
    }

    private static JsonNode byName(JsonNode options, String name) {
        for (JsonNode option : options) {
            if (option.path("name").asText().equals(name)) {
                return option;
            }
        }
        throw new AssertionError(name);
    }

    @Test
    void aDocumentIsAsItWasAskedFor() throws Exception {
        TextDocument document = Asked.document(json("{'text': 'Hello.', 'style': 'neat', 'seed': '9007199254740993',"
                + " 'model': 'a:1', 'format': 'png-alpha',"
                + " 'options': {'irregularity': 1.5, 'whitespace': 'COLLAPSE', 'pages': false}}"));

        assertThat(document.getSeed()).isEqualTo(9007199254740993L);
        assertThat(document.getStyle()).isEqualTo("neat");
        assertThat(document.getModel()).isEqualTo("a:1");
        assertThat(document.getLayout().getFormat()).isEqualTo("png-alpha");
        assertThat(document.getLayout().getIrregularity()).isEqualTo(1.5);
        assertThat(document.getLayout().getWhitespace()).hasToString("COLLAPSE");
        assertThat(document.getLayout().getPages()).isTrue();
    }

    @Test
    void aSampleIsOneLineWhateverIsAskedOfPages() throws Exception {
        TextDocument sample = Asked.sample(json("{'text': ' First.\\nSecond.', 'model': null,"
                + " 'options': {'linesPerPage': 3, 'lineWidthPx': 300, 'irregularity': 0}}"));

        assertThat(sample.getText()).isEqualTo("First.");
        assertThat(sample.getModel()).isNull();
        assertThat(sample.getLayout().getPages()).isFalse();
        assertThat(sample.getLayout().getLineWidthPx()).isEqualTo(4096);
        assertThat(sample.getLayout().getIrregularity()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "text; {'text': ' '}",
                "seed; {'text': 'a', 'seed': 'x'}",
                "model; {'text': 'a', 'model': 'no version'}",
                "joining; {'text': 'a', 'options': {'joining': 2}}",
                "lineHeightPx; {'text': 'a', 'options': {'lineHeightPx': 'tall'}}",
                "variation; {'text': 'a', 'options': {'variation': 'SOME'}}",
                "format; {'text': 'a', 'format': 'bmp'}",
            })
    void whatIsWrongIsSaidOfItsField(String field, String asked) throws Exception {
        JsonNode json = json(asked);

        FaultyFieldException fault = catchThrowableOfType(FaultyFieldException.class, () -> Asked.document(json));

        assertThat(fault.field()).isEqualTo(field);
        assertThat(fault.getMessage()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "TEXT_TOO_LARGE, the text has too much, text",
        "UNKNOWN_STYLE, no style, style",
        "UNKNOWN_MODEL, no model, model",
        "INVALID_LAYOUT, irregularity is 3, irregularity",
        "INVALID_LAYOUT, something else, ''",
        "SOMETHING_NEW, irregularity is 3, ''",
    })
    void aDeadLetterIsAboutAField(String reason, String message, String field) {
        assertThat(Asked.fieldOf(reason, message)).isEqualTo(field);
    }
}
