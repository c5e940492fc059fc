/** How every page of Landfall looks, light or dark as its reader has it. */
export const pageStyle = `
:root{--paper:#fff;--ink:#1b1f24;--dim:#59636e;--rule:#d8dee4;--accent:#0a6e5c;--predicted:#8250df;--warn:#b35900;--bad:#b42318}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--dim:#9198a1;--rule:#2f363e;--accent:#2fbf9f;--predicted:#b392f0;--warn:#e3a04f;--bad:#f97066}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1000px;padding:24px 20px 48px;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:26px;margin:2px 0 6px;overflow-wrap:anywhere}h2{font-size:18px;margin:28px 0 8px}p{margin:4px 0}
.way{font-weight:400;color:var(--dim)}.id,.dim{color:var(--dim)}.id{font:12px ui-monospace,monospace}
.outcome{font-weight:600;padding:1px 8px;border-radius:4px;border:1px solid currentColor}.good{color:var(--accent)}.bad{color:var(--bad)}
figure{margin:20px 0}svg{width:100%;height:auto;display:block}figcaption{color:var(--dim);font-size:13px;margin-top:6px}
.key{display:inline-block;width:18px;height:0;border-top:3px solid;margin:0 6px 3px 14px}.predicted-key{border-color:var(--predicted);border-top-style:dashed;margin-left:0}.seen-key{border-color:var(--accent)}.decision-key{border-color:var(--warn)}
.grid{stroke:var(--rule)}.tick{fill:var(--dim);font-size:11px}.title{fill:var(--ink);font-size:12px;font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:4px}
path{fill:none;stroke-width:2;stroke-linejoin:round}.seen,.speed{stroke:var(--accent)}.predicted{stroke:var(--predicted);stroke-dasharray:6 5}.throttle{stroke:var(--warn)}
.decision{stroke:var(--warn);stroke-dasharray:2 3}.mark{fill:var(--warn)}.number{fill:var(--paper);font-size:11px;font-weight:700}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--rule);vertical-align:top}thead th{color:var(--dim);font-weight:500}tbody th{font-weight:500}
ol{padding-left:24px}li{margin:6px 0;overflow-wrap:anywhere}
`
