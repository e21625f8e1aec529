import type { ParameterStore, PluginInfo } from "@wavecraft/core";

/** A line that gives a parameter a value: `drive = "12.0 dB"`. Quotes may be left out. */
const LINE = /^\s*([\w.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^#]*?))\s*(?:#.*)?$/;

/** All parameters as text: a preset file's values, below the plugin's name and version. */
export function stateText({ name, version }: PluginInfo, parameters: ParameterStore): string {
  const lines = parameters.list.read().parameters.map(({ id, text }) => {
    const shown = parameters.control(id)?.text ?? text;
    return `${id} = ${JSON.stringify(shown)}`;
  });
  return `# ${name} ${version}\n[values]\n${lines.join("\n")}\n`;
}

/** The values in a text, by id. What is no such line, as the head of a preset, is passed over. */
export function valuesInText(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, id, quoted, plain] = LINE.exec(line) ?? [];
    if (id !== undefined) values.set(id, quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  }
  return values;
}
