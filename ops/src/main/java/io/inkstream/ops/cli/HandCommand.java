package io.inkstream.ops.cli;

import picocli.CommandLine.Command;

@Command(
        name = "hand",
        description = "Makes your own handwriting a style of a model.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            HandTemplateCommand.class,
            HandImportCommand.class,
            HandMakeCommand.class,
            HandForgetCommand.class
        },
        footer = {
            "",
            "Print a sheet, fill it in, take a picture of each page:",
            "  inkstream hand template --out sheet.pdf",
            "  inkstream hand import page-1.jpg page-2.jpg page-3.jpg --writer ada --review review.png",
            "  inkstream hand make --from ada.jsonl --name ada --model ada:1 --bundle ada-1.zip",
            "  inkstream models promote inkstream-base:5 --wait       # or the newest version, yours, serves by default",
            "  inkstream models publish ada-1.zip --wait",
            "  inkstream render --model ada:1 --style ada --text \"In my own hand.\"",
            "  inkstream hand forget ada                              # takes it back, a minute after its last document",
        })
final class HandCommand extends CommandGroup {}
