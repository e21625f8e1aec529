import type { ParameterStore, PluginInfo } from "@wavecraft/core";

/** A line that gives a parameter a value: `drive = "12.0 dB"`. Quotes may be left out, and a remark may follow. */
const LINE = /^\s*([\w.-]+)\s*=\s*"?([^"#]*?)\s*(?:["#].*)?$/gm;

/** All parameters as text: a preset file's values, below the plugin's name and version. */
export function stateText({ name, version }: PluginInfo, parameters: ParameterStore): string {
  const lines = parameters.list.read().parameters.map(({ id, text }) => {
    return `${id} = "${parameters.control(id)?.text ?? text}"`;
  });
  return `# ${name} ${version}\n[values]\n${lines.join("\n")}\n`;
}

/** The values in a text, by id. What is no such line, as the head of a preset, is passed over. */
export function valuesInText(text: string): Map<string, string> {
  return new Map([...text.matchAll(LINE)].map(([, id = "", value = ""]) => [id, value]));
}
