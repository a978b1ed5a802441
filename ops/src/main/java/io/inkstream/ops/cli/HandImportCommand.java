package io.inkstream.ops.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.hand.FilledSheet;
import io.inkstream.ops.hand.SheetException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        description = {
            "Reads photos or scans of a filled-in sheet to pen strokes: one JSON object a line, as dataset import takes them.",
            "Any angle and light will do, as long as two corner marks are sharp. Of a page that is there twice, a cell of the",
            "later picture replaces that of the earlier, unless it is empty: so single cells can be written again."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream hand import page-1.jpg page-2.jpg --writer ada --dry-run",
            "  inkstream hand import page-1.jpg page-2.jpg --writer ada --out ada.jsonl",
            "  inkstream hand make --from ada.jsonl --name ada --model ada:1 --bundle ada-1.zip --review review.png",
        })
final class HandImportCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** No camera makes more, and each takes four bytes. */
    private static final long MOST_PIXELS = 120_000_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SheetOptions sheet;

    @Mixin
    private Verbosity verbosity;

    @Parameters(paramLabel = "PICTURE", arity = "1..*", description = "Photos or scans, JPEG or PNG; a page each.")
    private List<Path> pictures;

    @Option(names = "--writer", required = true, paramLabel = "NAME", description = "Who wrote it.")
    private String writer;

    @Option(
            names = "--out",
            paramLabel = "JSONL",
            description = "The strokes (default: the writer's name with .jsonl).")
    private Path out;

    @Option(names = "--dry-run", description = "Say what would be read, and write nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        Path file = out == null ? Path.of(writer + ".jsonl") : out;
        if (!file.toString().endsWith(".jsonl")) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, file + ": strokes are known by a name that ends with .jsonl");
        }
        Map<String, FilledSheet.Read> cells = read(new FilledSheet(sheet.layout()));
        List<String> empty = new ArrayList<>();
        List<String> rim = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        int written = 0;
        for (FilledSheet.Read cell : cells.values()) {
            switch (cell.content()) {
                case EMPTY -> empty.add(cell.character());
                case TOUCHES_RIM -> rim.add(cell.character());
                default -> {}
            }
            if (cell.content() != FilledSheet.Content.EMPTY) {
                lines.append(json(cell)).append('\n');
                written++;
            }
        }
        if (written == 0) {
            throw new CommandException(ExitCodes.FAILED, "all cells are empty: nothing is written on these pages");
        }
        if (!dryRun) {
            OutputFiles.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
        }
        Printed.lines(spec, "written: " + written + " of " + cells.size() + " cells");
        Printed.lines(spec, "empty: " + (empty.isEmpty() ? "none" : String.join(" ", empty)));
        Printed.lines(spec, "run out of their cell, look at them: " + (rim.isEmpty() ? "none" : String.join(" ", rim)));
        if (!dryRun) {
            Printed.lines(spec, "strokes: " + file);
        }
        return ExitCodes.DONE;
    }

    /** The cells of all pages, by page and place; nothing is written if one picture cannot be read. */
    private Map<String, FilledSheet.Read> read(FilledSheet filled) {
        Map<String, FilledSheet.Read> cells = new LinkedHashMap<>();
        for (Path picture : pictures) {
            FilledSheet.Page page;
            try {
                page = filled.read(image(picture));
            } catch (SheetException e) {
                throw new CommandException(ExitCodes.FAILED, picture + ": " + e.getMessage(), e);
            }
            for (int place = 0; place < page.cells().size(); place++) {
                cells.merge(
                        page.number() + "/" + place,
                        page.cells().get(place),
                        (earlier, later) -> later.content() == FilledSheet.Content.EMPTY ? earlier : later);
            }
        }
        return cells;
    }

    private static BufferedImage image(Path picture) {
        byte[] bytes = InputFiles.bytes(picture);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new CommandException(
                        ExitCodes.WRONG_USE, picture + " is no picture that can be read: take a JPEG or PNG");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS) {
                    throw new CommandException(
                            ExitCodes.WRONG_USE,
                            picture + " has more than " + MOST_PIXELS + " pixels: make it smaller");
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw new CommandException(ExitCodes.WRONG_USE, picture + " cannot be read: " + e.getMessage(), e);
        }
    }

    private String json(FilledSheet.Read cell) {
        ObjectNode line = JSON.createObjectNode()
                .put("c", cell.character())
                .put("w", writer)
                .put("src", "hand")
                .put("xh", 1)
                .put("b", 0);
        ArrayNode strokes = line.putArray("strokes");
        for (float[] stroke : cell.strokes()) {
            ArrayNode points = strokes.addArray();
            for (int i = 0; i < stroke.length; i += 2) {
                points.addArray().add(rounded(stroke[i])).add(rounded(stroke[i + 1]));
            }
        }
        return line.toString();
    }

    private static double rounded(float value) {
        return Math.round(1_000 * value) / 1_000.0;
    }
}
