package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsStylesCommandTest {
    private static final String MODEL = "../trainer/models/inkstream-base-5.zip";
    private static final JsonMapper JSON = new JsonMapper();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void whatItShowsItAlsoTakesAndTheNetworksStay() throws Exception {
        assertThat(styles(MODEL)).isEqualTo(ExitCodes.DONE);
        ArrayNode shown = (ArrayNode) JSON.readTree(out.toString());
        ObjectNode calm =
                ((ObjectNode) shown.get(0)).deepCopy().put("name", "calm").put("gap", .3);
        ArrayNode others = JSON.createArrayNode()
                .add(((ObjectNode) shown.get(1)).put("pen", .2))
                .add(calm);
        Path made = folder.resolve("mine-1.zip");

        assertThat(styles(MODEL, "--set", file(others.toString()), "--as", "mine:1", "--out", made.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.DONE);

        ModelBundle before = ModelFiles.parse(Files.readAllBytes(Path.of(MODEL)));
        ModelBundle after = ModelFiles.parse(Files.readAllBytes(made));
        Manifest manifest = after.manifest();
        assertThat(manifest.id()).hasToString("mine:1");
        assertThat(manifest.parent()).isEqualTo(before.manifest().id().toString());
        assertThat(after.generatorOnnx()).isEqualTo(before.generatorOnnx());
        assertThat(manifest.styles()).hasSize(before.manifest().styles().size() + 1);
        assertThat(manifest.styles().get(0))
                .isEqualTo(before.manifest().styles().get(0));
        assertThat(manifest.styles().get(1).pen()).isEqualTo(.2);
        StyleSpec last = manifest.styles().get(manifest.styles().size() - 1);
        assertThat(last.name()).isEqualTo("calm");
        assertThat(last.traits()).isEqualTo(before.manifest().styles().get(0).traits());
    }

    @Test
    void whatCannotBeIsRefusedInWords() throws Exception {
        String made = folder.resolve("none.zip").toString();
        String style = "{\"name\": \"odd\", \"pen\": 0.13, \"gap\": 0.2, \"wordSpace\": 1, \"traits\": {%s}}";
        refused("--set, --as and --out go together", "--as", "mine:1");
        refused("there is no trait 'girth'", with(made, style.formatted("\"girth\": {\"spread\": 0.1}")));
        refused("the spread of width of style 'odd' is 7.0", with(made, style.formatted("\"width\": {\"spread\": 7}")));
        refused("is no list of styles", with(made, "{"));
        refused(
                "one with other styles is another version",
                "--set",
                file("[]"),
                "--as",
                "inkstream-base:5",
                "--out",
                made);
        assertThat(Path.of(made)).doesNotExist();
    }

    private String[] with(String made, String styles) throws Exception {
        return new String[] {"--set", file("[" + styles + "]"), "--as", "mine:1", "--out", made};
    }

    private void refused(String reason, String... args) {
        String[] all = new String[args.length + 1];
        all[0] = MODEL;
        System.arraycopy(args, 0, all, 1, args.length);
        assertThat(styles(all)).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains(reason);
    }

    private String file(String content) throws Exception {
        return Files.writeString(folder.resolve("styles.json"), content).toString();
    }

    private int styles(String... args) {
        String[] all = new String[args.length + 2];
        all[0] = "models";
        all[1] = "styles";
        System.arraycopy(args, 0, all, 2, args.length);
        return Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }
}
