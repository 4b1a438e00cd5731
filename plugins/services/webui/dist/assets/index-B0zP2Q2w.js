const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/hosts-DLpF6Epz.js","assets/list_page-DkoOTJCJ.js","assets/plugins-BXJWPKQe.js","assets/alerts-CAy3FI63.js"])))=>i.map(i=>d[i]);
const Ae=(function(){const t=typeof document<"u"&&document.createElement("link").relList;return t&&t.supports&&t.supports("modulepreload")?"modulepreload":"preload"})(),Ee=function(e){return"/"+e},Lt={},rt=function(t,s,r){let i=Promise.resolve();if(s&&s.length>0){let o=function(c){return Promise.all(c.map(f=>Promise.resolve(f).then(h=>({status:"fulfilled",value:h}),h=>({status:"rejected",reason:h}))))};document.getElementsByTagName("link");const l=document.querySelector("meta[property=csp-nonce]"),a=l?.nonce||l?.getAttribute("nonce");i=o(s.map(c=>{if(c=Ee(c),c in Lt)return;Lt[c]=!0;const f=c.endsWith(".css"),h=f?'[rel="stylesheet"]':"";if(document.querySelector(`link[href="${c}"]${h}`))return;const u=document.createElement("link");if(u.rel=f?"stylesheet":Ae,f||(u.as="script"),u.crossOrigin="",u.href=c,a&&u.setAttribute("nonce",a),document.head.appendChild(u),f)return new Promise((g,w)=>{u.addEventListener("load",g),u.addEventListener("error",()=>w(new Error(`Unable to preload CSS for ${c}`)))})}))}function n(o){const l=new Event("vite:preloadError",{cancelable:!0});if(l.payload=o,window.dispatchEvent(l),!l.defaultPrevented)throw o}return i.then(o=>{for(const l of o||[])l.status==="rejected"&&n(l.reason);return t().catch(n)})};/**
 * @license
 * Copyright 2019 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const nt=globalThis,At=nt.ShadowRoot&&(nt.ShadyCSS===void 0||nt.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,Et=Symbol(),Dt=new WeakMap;let oe=class{constructor(t,s,r){if(this._$cssResult$=!0,r!==Et)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=t,this.t=s}get styleSheet(){let t=this.o;const s=this.t;if(At&&t===void 0){const r=s!==void 0&&s.length===1;r&&(t=Dt.get(s)),t===void 0&&((this.o=t=new CSSStyleSheet).replaceSync(this.cssText),r&&Dt.set(s,t))}return t}toString(){return this.cssText}};const Se=e=>new oe(typeof e=="string"?e:e+"",void 0,Et),_=(e,...t)=>{const s=e.length===1?e[0]:t.reduce((r,i,n)=>r+(o=>{if(o._$cssResult$===!0)return o.cssText;if(typeof o=="number")return o;throw Error("Value passed to 'css' function must be a 'css' function result: "+o+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(i)+e[n+1],e[0]);return new oe(s,e,Et)},Pe=(e,t)=>{if(At)e.adoptedStyleSheets=t.map(s=>s instanceof CSSStyleSheet?s:s.styleSheet);else for(const s of t){const r=document.createElement("style"),i=nt.litNonce;i!==void 0&&r.setAttribute("nonce",i),r.textContent=s.cssText,e.appendChild(r)}},Ut=At?e=>e:e=>e instanceof CSSStyleSheet?(t=>{let s="";for(const r of t.cssRules)s+=r.cssText;return Se(s)})(e):e;/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const{is:Me,defineProperty:Ce,getOwnPropertyDescriptor:Oe,getOwnPropertyNames:Te,getOwnPropertySymbols:Le,getPrototypeOf:De}=Object,ut=globalThis,Rt=ut.trustedTypes,Ue=Rt?Rt.emptyScript:"",Re=ut.reactiveElementPolyfillSupport,J=(e,t)=>e,ot={toAttribute(e,t){switch(t){case Boolean:e=e?Ue:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let s=e;switch(t){case Boolean:s=e!==null;break;case Number:s=e===null?null:Number(e);break;case Object:case Array:try{s=JSON.parse(e)}catch{s=null}}return s}},St=(e,t)=>!Me(e,t),jt={attribute:!0,type:String,converter:ot,reflect:!1,useDefault:!1,hasChanged:St};Symbol.metadata??=Symbol("metadata"),ut.litPropertyMetadata??=new WeakMap;let B=class extends HTMLElement{static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(t,s=jt){if(s.state&&(s.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((s=Object.create(s)).wrapped=!0),this.elementProperties.set(t,s),!s.noAccessor){const r=Symbol(),i=this.getPropertyDescriptor(t,r,s);i!==void 0&&Ce(this.prototype,t,i)}}static getPropertyDescriptor(t,s,r){const{get:i,set:n}=Oe(this.prototype,t)??{get(){return this[s]},set(o){this[s]=o}};return{get:i,set(o){const l=i?.call(this);n?.call(this,o),this.requestUpdate(t,l,r)},configurable:!0,enumerable:!0}}static getPropertyOptions(t){return this.elementProperties.get(t)??jt}static _$Ei(){if(this.hasOwnProperty(J("elementProperties")))return;const t=De(this);t.finalize(),t.l!==void 0&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}static finalize(){if(this.hasOwnProperty(J("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(J("properties"))){const s=this.properties,r=[...Te(s),...Le(s)];for(const i of r)this.createProperty(i,s[i])}const t=this[Symbol.metadata];if(t!==null){const s=litPropertyMetadata.get(t);if(s!==void 0)for(const[r,i]of s)this.elementProperties.set(r,i)}this._$Eh=new Map;for(const[s,r]of this.elementProperties){const i=this._$Eu(s,r);i!==void 0&&this._$Eh.set(i,s)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(t){const s=[];if(Array.isArray(t)){const r=new Set(t.flat(1/0).reverse());for(const i of r)s.unshift(Ut(i))}else t!==void 0&&s.push(Ut(t));return s}static _$Eu(t,s){const r=s.attribute;return r===!1?void 0:typeof r=="string"?r:typeof t=="string"?t.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))}addController(t){(this._$EO??=new Set).add(t),this.renderRoot!==void 0&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}_$E_(){const t=new Map,s=this.constructor.elementProperties;for(const r of s.keys())this.hasOwnProperty(r)&&(t.set(r,this[r]),delete this[r]);t.size>0&&(this._$Ep=t)}createRenderRoot(){const t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return Pe(t,this.constructor.elementStyles),t}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}disconnectedCallback(){this._$EO?.forEach(t=>t.hostDisconnected?.())}attributeChangedCallback(t,s,r){this._$AK(t,r)}_$ET(t,s){const r=this.constructor.elementProperties.get(t),i=this.constructor._$Eu(t,r);if(i!==void 0&&r.reflect===!0){const n=(r.converter?.toAttribute!==void 0?r.converter:ot).toAttribute(s,r.type);this._$Em=t,n==null?this.removeAttribute(i):this.setAttribute(i,n),this._$Em=null}}_$AK(t,s){const r=this.constructor,i=r._$Eh.get(t);if(i!==void 0&&this._$Em!==i){const n=r.getPropertyOptions(i),o=typeof n.converter=="function"?{fromAttribute:n.converter}:n.converter?.fromAttribute!==void 0?n.converter:ot;this._$Em=i;const l=o.fromAttribute(s,n.type);this[i]=l??this._$Ej?.get(i)??l,this._$Em=null}}requestUpdate(t,s,r,i=!1,n){if(t!==void 0){const o=this.constructor;if(i===!1&&(n=this[t]),r??=o.getPropertyOptions(t),!((r.hasChanged??St)(n,s)||r.useDefault&&r.reflect&&n===this._$Ej?.get(t)&&!this.hasAttribute(o._$Eu(t,r))))return;this.C(t,s,r)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(t,s,{useDefault:r,reflect:i,wrapped:n},o){r&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,o??s??this[t]),n!==!0||o!==void 0)||(this._$AL.has(t)||(this.hasUpdated||r||(s=void 0),this._$AL.set(t,s)),i===!0&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(s){Promise.reject(s)}const t=this.scheduleUpdate();return t!=null&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(const[i,n]of this._$Ep)this[i]=n;this._$Ep=void 0}const r=this.constructor.elementProperties;if(r.size>0)for(const[i,n]of r){const{wrapped:o}=n,l=this[i];o!==!0||this._$AL.has(i)||l===void 0||this.C(i,void 0,n,l)}}let t=!1;const s=this._$AL;try{t=this.shouldUpdate(s),t?(this.willUpdate(s),this._$EO?.forEach(r=>r.hostUpdate?.()),this.update(s)):this._$EM()}catch(r){throw t=!1,this._$EM(),r}t&&this._$AE(s)}willUpdate(t){}_$AE(t){this._$EO?.forEach(s=>s.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}update(t){this._$Eq&&=this._$Eq.forEach(s=>this._$ET(s,this[s])),this._$EM()}updated(t){}firstUpdated(t){}};B.elementStyles=[],B.shadowRootOptions={mode:"open"},B[J("elementProperties")]=new Map,B[J("finalized")]=new Map,Re?.({ReactiveElement:B}),(ut.reactiveElementVersions??=[]).push("2.1.2");/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const Pt=globalThis,Ht=e=>e,at=Pt.trustedTypes,Bt=at?at.createPolicy("lit-html",{createHTML:e=>e}):void 0,ae="$lit$",S=`lit$${Math.random().toFixed(9).slice(2)}$`,le="?"+S,je=`<${le}>`,R=document,Z=()=>R.createComment(""),Q=e=>e===null||typeof e!="object"&&typeof e!="function",Mt=Array.isArray,He=e=>Mt(e)||typeof e?.[Symbol.iterator]=="function",wt=`[ 	
\f\r]`,F=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Nt=/-->/g,zt=/>/g,L=RegExp(`>|${wt}(?:([^\\s"'>=/]+)(${wt}*=${wt}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),It=/'/g,qt=/"/g,he=/^(?:script|style|textarea|title)$/i,ce=e=>(t,...s)=>({_$litType$:e,strings:t,values:s}),p=ce(1),b=ce(2),j=Symbol.for("lit-noChange"),m=Symbol.for("lit-nothing"),Kt=new WeakMap,U=R.createTreeWalker(R,129);function de(e,t){if(!Mt(e)||!e.hasOwnProperty("raw"))throw Error("invalid template strings array");return Bt!==void 0?Bt.createHTML(t):t}const Be=(e,t)=>{const s=e.length-1,r=[];let i,n=t===2?"<svg>":t===3?"<math>":"",o=F;for(let l=0;l<s;l++){const a=e[l];let c,f,h=-1,u=0;for(;u<a.length&&(o.lastIndex=u,f=o.exec(a),f!==null);)u=o.lastIndex,o===F?f[1]==="!--"?o=Nt:f[1]!==void 0?o=zt:f[2]!==void 0?(he.test(f[2])&&(i=RegExp("</"+f[2],"g")),o=L):f[3]!==void 0&&(o=L):o===L?f[0]===">"?(o=i??F,h=-1):f[1]===void 0?h=-2:(h=o.lastIndex-f[2].length,c=f[1],o=f[3]===void 0?L:f[3]==='"'?qt:It):o===qt||o===It?o=L:o===Nt||o===zt?o=F:(o=L,i=void 0);const g=o===L&&e[l+1].startsWith("/>")?" ":"";n+=o===F?a+je:h>=0?(r.push(c),a.slice(0,h)+ae+a.slice(h)+S+g):a+S+(h===-2?l:g)}return[de(e,n+(e[s]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),r]};class X{constructor({strings:t,_$litType$:s},r){let i;this.parts=[];let n=0,o=0;const l=t.length-1,a=this.parts,[c,f]=Be(t,s);if(this.el=X.createElement(c,r),U.currentNode=this.el.content,s===2||s===3){const h=this.el.content.firstChild;h.replaceWith(...h.childNodes)}for(;(i=U.nextNode())!==null&&a.length<l;){if(i.nodeType===1){if(i.hasAttributes())for(const h of i.getAttributeNames())if(h.endsWith(ae)){const u=f[o++],g=i.getAttribute(h).split(S),w=/([.?@])?(.*)/.exec(u);a.push({type:1,index:n,name:w[2],strings:g,ctor:w[1]==="."?ze:w[1]==="?"?Ie:w[1]==="@"?qe:ft}),i.removeAttribute(h)}else h.startsWith(S)&&(a.push({type:6,index:n}),i.removeAttribute(h));if(he.test(i.tagName)){const h=i.textContent.split(S),u=h.length-1;if(u>0){i.textContent=at?at.emptyScript:"";for(let g=0;g<u;g++)i.append(h[g],Z()),U.nextNode(),a.push({type:2,index:++n});i.append(h[u],Z())}}}else if(i.nodeType===8)if(i.data===le)a.push({type:2,index:n});else{let h=-1;for(;(h=i.data.indexOf(S,h+1))!==-1;)a.push({type:7,index:n}),h+=S.length-1}n++}}static createElement(t,s){const r=R.createElement("template");return r.innerHTML=t,r}}function N(e,t,s=e,r){if(t===j)return t;let i=r!==void 0?s._$Co?.[r]:s._$Cl;const n=Q(t)?void 0:t._$litDirective$;return i?.constructor!==n&&(i?._$AO?.(!1),n===void 0?i=void 0:(i=new n(e),i._$AT(e,s,r)),r!==void 0?(s._$Co??=[])[r]=i:s._$Cl=i),i!==void 0&&(t=N(e,i._$AS(e,t.values),i,r)),t}class Ne{constructor(t,s){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=s}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){const{el:{content:s},parts:r}=this._$AD,i=(t?.creationScope??R).importNode(s,!0);U.currentNode=i;let n=U.nextNode(),o=0,l=0,a=r[0];for(;a!==void 0;){if(o===a.index){let c;a.type===2?c=new I(n,n.nextSibling,this,t):a.type===1?c=new a.ctor(n,a.name,a.strings,this,t):a.type===6&&(c=new Ke(n,this,t)),this._$AV.push(c),a=r[++l]}o!==a?.index&&(n=U.nextNode(),o++)}return U.currentNode=R,i}p(t){let s=0;for(const r of this._$AV)r!==void 0&&(r.strings!==void 0?(r._$AI(t,r,s),s+=r.strings.length-2):r._$AI(t[s])),s++}}class I{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,s,r,i){this.type=2,this._$AH=m,this._$AN=void 0,this._$AA=t,this._$AB=s,this._$AM=r,this.options=i,this._$Cv=i?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode;const s=this._$AM;return s!==void 0&&t?.nodeType===11&&(t=s.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,s=this){t=N(this,t,s),Q(t)?t===m||t==null||t===""?(this._$AH!==m&&this._$AR(),this._$AH=m):t!==this._$AH&&t!==j&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):He(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==m&&Q(this._$AH)?this._$AA.nextSibling.data=t:this.T(R.createTextNode(t)),this._$AH=t}$(t){const{values:s,_$litType$:r}=t,i=typeof r=="number"?this._$AC(t):(r.el===void 0&&(r.el=X.createElement(de(r.h,r.h[0]),this.options)),r);if(this._$AH?._$AD===i)this._$AH.p(s);else{const n=new Ne(i,this),o=n.u(this.options);n.p(s),this.T(o),this._$AH=n}}_$AC(t){let s=Kt.get(t.strings);return s===void 0&&Kt.set(t.strings,s=new X(t)),s}k(t){Mt(this._$AH)||(this._$AH=[],this._$AR());const s=this._$AH;let r,i=0;for(const n of t)i===s.length?s.push(r=new I(this.O(Z()),this.O(Z()),this,this.options)):r=s[i],r._$AI(n),i++;i<s.length&&(this._$AR(r&&r._$AB.nextSibling,i),s.length=i)}_$AR(t=this._$AA.nextSibling,s){for(this._$AP?.(!1,!0,s);t!==this._$AB;){const r=Ht(t).nextSibling;Ht(t).remove(),t=r}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}}class ft{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,s,r,i,n){this.type=1,this._$AH=m,this._$AN=void 0,this.element=t,this.name=s,this._$AM=i,this.options=n,r.length>2||r[0]!==""||r[1]!==""?(this._$AH=Array(r.length-1).fill(new String),this.strings=r):this._$AH=m}_$AI(t,s=this,r,i){const n=this.strings;let o=!1;if(n===void 0)t=N(this,t,s,0),o=!Q(t)||t!==this._$AH&&t!==j,o&&(this._$AH=t);else{const l=t;let a,c;for(t=n[0],a=0;a<n.length-1;a++)c=N(this,l[r+a],s,a),c===j&&(c=this._$AH[a]),o||=!Q(c)||c!==this._$AH[a],c===m?t=m:t!==m&&(t+=(c??"")+n[a+1]),this._$AH[a]=c}o&&!i&&this.j(t)}j(t){t===m?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}}class ze extends ft{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===m?void 0:t}}class Ie extends ft{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==m)}}class qe extends ft{constructor(t,s,r,i,n){super(t,s,r,i,n),this.type=5}_$AI(t,s=this){if((t=N(this,t,s,0)??m)===j)return;const r=this._$AH,i=t===m&&r!==m||t.capture!==r.capture||t.once!==r.once||t.passive!==r.passive,n=t!==m&&(r===m||i);i&&this.element.removeEventListener(this.name,this,r),n&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}}class Ke{constructor(t,s,r){this.element=t,this.type=6,this._$AN=void 0,this._$AM=s,this.options=r}get _$AU(){return this._$AM._$AU}_$AI(t){N(this,t)}}const Ve={I},Fe=Pt.litHtmlPolyfillSupport;Fe?.(X,I),(Pt.litHtmlVersions??=[]).push("3.3.3");const We=(e,t,s)=>{const r=s?.renderBefore??t;let i=r._$litPart$;if(i===void 0){const n=s?.renderBefore??null;r._$litPart$=i=new I(t.insertBefore(Z(),n),n,void 0,s??{})}return i._$AI(e),i};/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const Ct=globalThis;let x=class extends B{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){const t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}update(t){const s=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(t),this._$Do=We(s,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return j}};x._$litElement$=!0,x.finalized=!0,Ct.litElementHydrateSupport?.({LitElement:x});const Ge=Ct.litElementPolyfillSupport;Ge?.({LitElement:x});(Ct.litElementVersions??=[]).push("4.2.2");/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const C=e=>(t,s)=>{s!==void 0?s.addInitializer(()=>{customElements.define(e,t)}):customElements.define(e,t)};/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const Je={attribute:!0,type:String,converter:ot,reflect:!1,hasChanged:St},Ze=(e=Je,t,s)=>{const{kind:r,metadata:i}=s;let n=globalThis.litPropertyMetadata.get(i);if(n===void 0&&globalThis.litPropertyMetadata.set(i,n=new Map),r==="setter"&&((e=Object.create(e)).wrapped=!0),n.set(s.name,e),r==="accessor"){const{name:o}=s;return{set(l){const a=t.get.call(this);t.set.call(this,l),this.requestUpdate(o,a,e,!0,l)},init(l){return l!==void 0&&this.C(o,void 0,e,l),l}}}if(r==="setter"){const{name:o}=s;return function(l){const a=this[o];t.call(this,l),this.requestUpdate(o,a,e,!0,l)}}throw Error("Unsupported decorator location: "+r)};function y(e){return(t,s)=>typeof s=="object"?Ze(e,t,s):((r,i,n)=>{const o=i.hasOwnProperty(n);return i.constructor.createProperty(n,r),o?Object.getOwnPropertyDescriptor(i,n):void 0})(e,t,s)}/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */function $(e){return y({...e,state:!0,attribute:!1})}/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const Qe=(e,t,s)=>(s.configurable=!0,s.enumerable=!0,Reflect.decorate&&typeof t!="object"&&Object.defineProperty(e,t,s),s);/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */function gt(e,t){return(s,r,i)=>{const n=o=>o.renderRoot?.querySelector(e)??null;return Qe(s,r,{get(){return n(this)}})}}/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const Xe={CHILD:2},Ye=e=>(...t)=>({_$litDirective$:e,values:t});let ts=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,s,r){this._$Ct=t,this._$AM=s,this._$Ci=r}_$AS(t,s){return this.update(t,s)}update(t,s){return this.render(...s)}};/**
 * @license
 * Copyright 2020 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const{I:es}=Ve,Vt=e=>e,Ft=()=>document.createComment(""),W=(e,t,s)=>{const r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(s===void 0){const n=r.insertBefore(Ft(),i),o=r.insertBefore(Ft(),i);s=new es(n,o,e,e.options)}else{const n=s._$AB.nextSibling,o=s._$AM,l=o!==e;if(l){let a;s._$AQ?.(e),s._$AM=e,s._$AP!==void 0&&(a=e._$AU)!==o._$AU&&s._$AP(a)}if(n!==i||l){let a=s._$AA;for(;a!==n;){const c=Vt(a).nextSibling;Vt(r).insertBefore(a,i),a=c}}}return s},D=(e,t,s=e)=>(e._$AI(t,s),e),ss={},rs=(e,t=ss)=>e._$AH=t,is=e=>e._$AH,bt=e=>{e._$AR(),e._$AA.remove()};/**
 * @license
 * Copyright 2017 Google LLC
 * SPDX-License-Identifier: BSD-3-Clause
 */const Wt=(e,t,s)=>{const r=new Map;for(let i=t;i<=s;i++)r.set(e[i],i);return r},ns=Ye(class extends ts{constructor(e){if(super(e),e.type!==Xe.CHILD)throw Error("repeat() can only be used in text expressions")}dt(e,t,s){let r;s===void 0?s=t:t!==void 0&&(r=t);const i=[],n=[];let o=0;for(const l of e)i[o]=r?r(l,o):o,n[o]=s(l,o),o++;return{values:n,keys:i}}render(e,t,s){return this.dt(e,t,s).values}update(e,[t,s,r]){const i=is(e),{values:n,keys:o}=this.dt(t,s,r);if(!Array.isArray(i))return this.ut=o,n;const l=this.ut??=[],a=[];let c,f,h=0,u=i.length-1,g=0,w=n.length-1;for(;h<=u&&g<=w;)if(i[h]===null)h++;else if(i[u]===null)u--;else if(l[h]===o[g])a[g]=D(i[h],n[g]),h++,g++;else if(l[u]===o[w])a[w]=D(i[u],n[w]),u--,w--;else if(l[h]===o[w])a[w]=D(i[h],n[w]),W(e,a[w+1],i[h]),h++,w--;else if(l[u]===o[g])a[g]=D(i[u],n[g]),W(e,i[h],i[u]),u--,g++;else if(c===void 0&&(c=Wt(o,g,w),f=Wt(l,h,u)),c.has(l[h]))if(c.has(l[u])){const E=f.get(o[g]),mt=E!==void 0?i[E]:null;if(mt===null){const Tt=W(e,i[h]);D(Tt,n[g]),a[g]=Tt}else a[g]=D(mt,n[g]),W(e,i[h],mt),i[E]=null;g++}else bt(i[u]),u--;else bt(i[h]),h++;for(;g<=w;){const E=W(e,a[w+1]);D(E,n[g]),a[g++]=E}for(;h<=u;){const E=i[h++];E!==null&&bt(E)}return this.ut=o,rs(e,a),j}});function Gt(e){const t=e.columns[0];return t?.type==="time"?t.values:void 0}function Jt(e,t){let s=0,r=e.length;for(;s<r;){const i=s+r>>1;e[i]<t?s=i+1:r=i}return s}function Zt(e,t){return e.type==="str"||e.type==="enum"?new Uint32Array(t):e.type==="bool"?new Uint8Array(t):new Float64Array(t).fill(NaN)}function Qt(e,t){const s=e.constructor,r=new s(e.length+t.length);return r.set(e,0),r.set(t,e.length),r}function os(e){return e.type==="time"||e.type==="f64"||e.type==="i64"}function as(e,t,s,r){const i=Gt(e),n=Gt(t);if(!i||!n||!t.columns.every(os))return t;const o=Jt(i,r),l=Math.max(o,Jt(i,s)),a=e.columns.map(c=>{const h=t.columns.find(u=>u.name===c.name)?.values??Zt(c,n.length);return{...c,values:Qt(c.values.subarray(o,l),h)}});for(const c of t.columns){if(e.columns.some(h=>h.name===c.name))continue;const f=Qt(Zt(c,l-o),c.values);a.push({...c,values:f})}return{...e,columns:a}}function ls(e,t){if(t.kind==="full")return t.frames;const s=t.since??-1/0,r=t.dropBefore??-1/0,i=(l,a)=>l.query===a.query&&l.name===a.name,n=e.map(l=>{const a=t.frames.find(c=>i(c,l));return a?as(l,a,s,r):l}),o=t.frames.filter(l=>!e.some(a=>i(l,a)));return[...n,...o]}const pe=[[300,"Last 5 minutes"],[900,"Last 15 minutes"],[3600,"Last 1 hour"],[21600,"Last 6 hours"],[43200,"Last 12 hours"],[86400,"Last 24 hours"],[172800,"Last 2 days"],[604800,"Last 7 days"],[2592e3,"Last 30 days"]];class hs{constructor(){this.asked={last:900},this.live=!0,this.link="connecting",this.hover=null,this.hoverBy=null,this.theme=document.documentElement.dataset.theme==="light"?"light":"dark",this.shortcutsOff=localStorage.getItem("tw-shortcuts")==="off",this.now=0,this.before=[],this.listeners=new Map}on(t,s){const r=this.listeners.get(t)??new Set;return this.listeners.set(t,r.add(s)),()=>r.delete(s)}tell(t){for(const s of this.listeners.get(t)??[])s()}tick(t){const s="last"in this.asked?Math.max(1e3,this.asked.last):1e3,r=Math.floor(t/s)*s;r!==this.now&&(this.now=r,this.tell("clock"))}get range(){if("last"in this.asked){const t=this.now||Date.now();return{from:t-this.asked.last*1e3,to:t,live:this.live}}return{from:this.asked.from,to:this.asked.to,live:!1}}ask(t){this.before.push(this.asked),this.asked=t,this.tell("range")}back(){const t=this.before.pop();return t?(this.asked=t,this.tell("range"),!0):!1}begin(t){this.before=[],this.asked=t,this.tell("range")}setLive(t){this.live=t,this.tell("range")}setLink(t){t!==this.link&&(this.link=t,this.tell("link"))}setHover(t,s=null){t===null&&s!==null&&s!==this.hoverBy||(this.hoverBy=s,t!==this.hover&&(this.hover=t,this.tell("hover")))}setShortcutsOff(t){this.shortcutsOff=t,localStorage.setItem("tw-shortcuts",t?"off":"on")}setTheme(t){this.theme=t,document.documentElement.dataset.theme=t,localStorage.setItem("tw-theme",t),this.tell("theme")}}const d=new hs;function cs(e){if(!("last"in e)){const t=new Date(e.from).toLocaleDateString("en-GB",{day:"numeric",month:"short"}),s=r=>new Date(r).toLocaleTimeString("en-GB").slice(0,5);return`${t}, ${s(e.from)}–${s(e.to)}`}return pe.find(([t])=>t===e.last)?.[1]??`Last ${e.last} s`}const lt=8;function ds(e,t,s,r){const i=t+s.at;switch(s.type){case"str":case"enum":return new Uint32Array(e,i,r);case"bool":return new Uint8Array(e,i,r);case"json":return s.json??[];default:return new Float64Array(e,i,r)}}function ps(e){const s=new DataView(e).getUint32(4,!0),r=new TextDecoder().decode(new Uint8Array(e,lt,s)),i=JSON.parse(r);for(const n of i.frames??[])for(const o of n.columns)o.values=ds(e,lt+s,o,n.rows);return{frames:[],...i}}class us{constructor(t){this.deliver=t,this.parts=[],this.size=0}push(t){for(this.parts.push(t),this.size+=t.length;this.size>=lt;){const s=this.peekLength();if(s<lt||s>256<<20)throw new Error("the stream is not in step");if(this.size<s)return;this.deliver(ps(this.take(s)))}}peekLength(){const t=this.parts[0];if(t&&t.length>=4)return new DataView(t.buffer,t.byteOffset,4).getUint32(0,!0);const s=new Uint8Array(this.size);return this.copyInto(s),this.parts=[s],new DataView(s.buffer).getUint32(0,!0)}copyInto(t){let s=0;for(const r of this.parts){const i=r.subarray(0,t.length-s);if(t.set(i,s),s+=i.length,s===t.length)return}}take(t){const s=new Uint8Array(t);this.copyInto(s);let r=t;for(;r>0;){const i=this.parts[0];if(i.length>r){this.parts[0]=i.subarray(r);break}r-=i.length,this.parts.shift()}return this.size-=t,s.buffer}}const vt=500,fs=1e4;class gs{constructor(t,s,r){this.subscription=t,this.deliver=s,this.broken=r,this.stop=new AbortController,this.pause=vt,this.timer=0,this.closed=!1,this.stopListening=[];const i=()=>this.restart();document.addEventListener("visibilitychange",i),this.stopListening.push(()=>document.removeEventListener("visibilitychange",i)),this.stopListening.push(d.on("range",()=>this.restart())),this.restart()}close(){this.closed=!0,this.stopListening.forEach(t=>t()),this.halt()}restart(){if(this.halt(),!this.closed){if(document.hidden)return d.setLink("paused");this.pause=vt,this.run()}}halt(){clearTimeout(this.timer),this.stop.abort(),this.stop=new AbortController}async run(){const t=this.stop,s=d.range.live;d.setLink("connecting");try{if(await this.read(s?"/api/live":"/api/query",t.signal),t.signal.aborted)return;if(!s)return d.setLink("paused");throw new Error("the server ended the stream")}catch(r){if(t.signal.aborted)return;this.broken(r instanceof Error?r.message:String(r)),d.setLink("connecting"),this.timer=window.setTimeout(()=>void this.run(),this.pause),this.pause=Math.min(fs,this.pause*2)}}async read(t,s){const r=d.asked,i=JSON.stringify({...this.subscription(),range:r}),o=await fetch(t,{method:"POST",body:i,headers:{"Content-Type":"application/json",Accept:"application/vnd.tickwork.frames"},signal:s});if(!o.ok||!o.body)throw new Error(await ms(o));t==="/api/live"&&d.setLink("live"),this.pause=vt;const l=new us(this.deliver),a=o.body.getReader();for(;;){const{done:c,value:f}=await a.read();if(c)return;l.push(f)}}}async function ms(e){const t=await e.text().catch(()=>"");try{return JSON.parse(t).error}catch{return`${e.status} ${e.statusText}`}}const Y={state:"loading",asOf:0,columns:[],frames:[]},ws=15e3;function bs(e){return e.frames.every(t=>(t.columns[0]?.values.length??0)===0)}class vs{constructor(t,s){this.changed=s,this.data=new Map,this.heard=Date.now(),this.stream=new gs(t,r=>this.take(r),r=>this.failed(r,t())),this.stopListening=d.on("range",()=>this.fade()),this.timer=window.setInterval(()=>this.ageAll(),5e3)}close(){this.stopListening(),this.stream.close(),clearInterval(this.timer)}restart(){this.fade(),this.stream.restart()}fade(){for(const[t,s]of this.data)this.set(t,{...s,state:"loading"})}set(t,s){this.data.set(t,s),this.changed(t,s)}take(t){if(this.heard=Date.now(),d.tick(t.asOf),t.kind==="beat")return;const s=this.data.get(t.panel)??Y;if(t.kind==="error"){const a=t.error??"unknown";this.set(t.panel,{...s,state:"error",error:a,asOf:t.asOf});return}const r=ls(s.frames,t),i=bs({frames:r})?"empty":t.partial?"partial":"ok",{asOf:n,reduced:o,read:l}=t;this.set(t.panel,{state:i,asOf:n,reduced:o,read:l,columns:r[0]?.columns??[],frames:r})}failed(t,s){for(const{id:r}of s.panels){const i=this.data.get(r);(!i||i.frames.length===0)&&this.set(r,{...Y,state:"error",error:`No answer from the server: ${t}`})}this.ageAll()}ageAll(){if(!(!d.range.live||Date.now()-this.heard<ws))for(const[t,s]of this.data)s.state==="ok"&&this.set(t,{...s,state:"stale"})}}const yt=6e4,xt=60*yt,Xt=24*xt;function ue(e,t){return e?{...t,timeZone:e}:t}function fe(e,t="en-GB",s){const r={hour:"2-digit",minute:"2-digit",second:"2-digit",hour12:!1};return new Date(e).toLocaleTimeString(t,ue(s,r))}function ge(e,t="en-GB",s){const r={weekday:"short",day:"numeric",month:"short"};return`${new Date(e).toLocaleDateString(t,ue(s,r)).replace(",","")}, ${fe(e,t,s)}`}function me(e){return e<yt?`${Math.max(0,Math.floor(e/1e3))} s`:e<xt?`${Math.floor(e/yt)} min`:e<Xt?`${Math.floor(e/xt)} h`:`${Math.floor(e/Xt)} d`}const $s={step:1024,names:["B","KiB","MiB","GiB","TiB","PiB"]},ys={step:1e3,names:["B/s","kB/s","MB/s","GB/s","TB/s"]},xs={step:1e3,names:["bit/s","kbit/s","Mbit/s","Gbit/s","Tbit/s"]},_t={step:1e3,names:["","k","M","G","T"]},_s=[[864e11,"d"],[36e11,"h"],[6e10,"min"],[1e9,"s"],[1e6,"ms"],[1e3,"µs"],[1,"ns"]],Yt={ns:1,us:1e3,µs:1e3,ms:1e6,s:1e9};function ht(e,t=3){const s=Math.abs(e),r=s<1?1:Math.floor(Math.log10(s))+1,i=Number.isInteger(e)?0:Math.max(0,t-r);return e.toFixed(i).replace("-","−")}function it(e,t,s){let r=0,i=e;for(;Math.abs(i)>=t.step*.9995&&r<t.names.length-1;)i/=t.step,r+=1;return{value:ht(i,s),unit:t.names[r]??""}}function ks(e,t){const s=Math.abs(e);for(const[r,i]of _s)if(s>=r)return{value:ht(e/r,t),unit:i};return{value:"0",unit:"s"}}function As(e,t){const s=_t.step**_t.names.indexOf(t);return(e/s).toFixed(1).replace("-","−")}function we(e,t="",s=3){if(e==null||!Number.isFinite(e))return{value:"–",unit:""};if(t in Yt)return ks(e*(Yt[t]??1),s);switch(t){case"%":return{value:ht(e,s),unit:"%"};case"B":return it(e,$s,s);case"B/s":return it(e,ys,s);case"bit/s":return it(e,xs,s);case"":case"/s":{const r=it(e,_t,s);return r.unit&&(r.value=As(e,r.unit)),{value:r.value,unit:r.unit+(t&&` ${t}`)}}default:return{value:ht(e,s),unit:t}}}function be(e,t="",s=3){const r=we(e,t,s),i=r.unit===""||r.unit==="%"||/^[kMGT]( \/s)?$/.test(r.unit);return r.value+(i?"":" ")+r.unit}function Es(e,t){return{number:be,split:we,clock:s=>fe(s,e,t),stamp:s=>ge(s,e,t),age:me}}const q=_`
  * {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--tw-accent);
    outline-offset: 2px;
  }
  button,
  a {
    color: inherit;
    font: inherit;
  }
  .button {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    height: 32px;
    padding: 0 12px;
    border: 1px solid var(--tw-border);
    border-radius: var(--tw-radius-field);
    background: var(--tw-surface);
    color: var(--tw-text);
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
    transition: background 120ms ease-out, border-color 120ms ease-out;
  }
  .button:hover {
    background: var(--tw-surface-2);
    border-color: var(--tw-border-2);
  }
  .button.icon {
    width: 32px;
    padding: 0;
    justify-content: center;
    color: var(--tw-text-2);
  }
  .button.primary {
    background: var(--tw-accent);
    border-color: transparent;
    color: var(--tw-on-accent);
    font-weight: 590;
  }
  .dim {
    color: var(--tw-text-3);
  }
  kbd {
    padding: 1px 6px;
    border: 1px solid var(--tw-border-2);
    border-radius: 5px;
    color: var(--tw-text-3);
    font: 11px var(--tw-font);
  }
  .mark {
    display: inline-block;
    flex: none;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--tw-ok-g);
    box-shadow: 0 0 0 3px var(--tw-ok-soft);
  }
  .mark.warn {
    border-radius: 1.5px;
    background: var(--tw-warn-g);
    box-shadow: 0 0 0 3px var(--tw-warn-soft);
    transform: rotate(45deg);
  }
  .mark.crit {
    border-radius: 1.5px;
    background: var(--tw-crit-g);
    box-shadow: 0 0 0 3px var(--tw-crit-soft);
  }
  .mark.idle {
    background: var(--tw-text-3);
    box-shadow: none;
  }
  @media (forced-colors: active) {
    .mark {
      forced-color-adjust: none;
      border: 1px solid CanvasText;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`,Ss=_`
  .menu {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 6px;
    min-width: 190px;
    border: 1px solid var(--tw-border-2);
    border-radius: 10px;
    background: var(--tw-surface-2);
    color: var(--tw-text);
    box-shadow: var(--tw-shadow);
  }
  .menu button {
    display: flex;
    align-items: center;
    gap: 8px;
    width: 100%;
    min-height: 30px;
    padding: 0 10px;
    border: 0;
    border-radius: 6px;
    background: none;
    text-align: left;
    cursor: pointer;
  }
  .menu button:hover,
  .menu button[aria-checked='true'] {
    background: var(--tw-surface-3);
  }
  .menu hr {
    border: 0;
    border-top: 1px solid var(--tw-border-2);
    margin: 6px 0;
  }
`,Ps={pulse:b`<path d="M3 13h4l3-8 4 14 3-6h4"/>`,hosts:b`<rect x="4" y="4" width="16" height="6" rx="2"/><rect x="4" y="14" width="16" height="6" rx="2"/><path d="M8 7h.01M8 17h.01M12 7h5M12 17h5"/>`,boards:b`<rect x="4" y="4" width="7" height="9" rx="1.8"/><rect x="13.5" y="4" width="6.5" height="5" rx="1.8"/><rect x="13.5" y="12" width="6.5" height="8" rx="1.8"/><rect x="4" y="16" width="7" height="4" rx="1.6"/>`,bell:b`<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z"/><path d="M10.2 20.5a2 2 0 0 0 3.6 0"/>`,plug:b`<path d="M9 3v5M15 3v5M7 8h10v3a5 5 0 0 1-10 0zM12 16v5"/>`,search:b`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,clock:b`<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>`,down:b`<path d="m7 10 5 5 5-5"/>`,sun:b`<circle cx="12" cy="12" r="4"/><path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1"/>`,moon:b`<path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z"/>`,help:b`<circle cx="12" cy="12" r="8.5"/><path d="M9.6 9.4a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6h.01"/>`,table:b`<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M4 10h16M10 10v9"/>`,expand:b`<path d="M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5"/>`,close:b`<path d="m6 6 12 12M18 6 6 18"/>`,retry:b`<path d="M19 12a7 7 0 1 1-2.1-5M19 4v4.5h-4.5"/>`,warning:b`<path d="M12 4.5 21 19.5H3z"/><path d="M12 10.5v4M12 17h.01"/>`,empty:b`<path d="M3.5 17.5 9 12l3.5 3L20.5 7" stroke-dasharray="2 3"/>`,back:b`<path d="m14 6-6 6 6 6"/>`};function v(e,t=18){return b`<svg viewBox="0 0 24 24" width=${t} height=${t} fill="none" stroke="currentColor"
    stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"
    style="display:block;flex:none">${Ps[e]}</svg>`}function Ms(){try{return JSON.parse(document.getElementById("boot")?.textContent??"{}")}catch{return{}}}const z=Ms();async function et(e){const t=await fetch(e,{headers:{Accept:"application/json"}});if(!t.ok)throw new Error(`${e}: ${t.status} ${await t.text()}`);return await t.json()}async function Cs(e){const t=z.board;return delete z.board,t?.slug===e?t:et(`/api/boards/${encodeURIComponent(e)}`)}async function ve(){return z.boards??et("/api/boards")}const Os=new Set(["tw-select","tw-hover","tw-options","tw-open","tw-error","tw-ready"]);function Ts(){const e={};for(const s of document.styleSheets)for(const r of s.cssRules)if(!(!(r instanceof CSSStyleRule)||!r.selectorText.startsWith(":root")))for(const i of r.style)i.startsWith("--tw-")&&(e[i]="");const t=getComputedStyle(document.documentElement);for(const s of Object.keys(e))e[s]=t.getPropertyValue(s);return e}class $e extends HTMLElement{constructor(t){super(),this.kept=new Map,this.sentence="",t&&(this.entry=t)}set options(t){this.send("options",t)}set data(t){this.send("data",t)}set range(t){this.send("range",t)}set hover(t){this.send("hover",t)}set env(t){this.send("env",{...t,format:void 0})}set theme(t){this.send("tokens",Ts()),this.send("theme",t)}describe(){return this.sentence}connectedCallback(){this.style.cssText="display:block;width:100%;height:100%";const t=document.createElement("iframe");t.setAttribute("sandbox","allow-scripts"),t.title=this.entry.name,t.style.cssText="border:0;width:100%;height:100%;color-scheme:inherit",t.src="/panels/frame.html",t.addEventListener("load",()=>this.greet(t),{once:!0}),this.replaceChildren(t)}disconnectedCallback(){this.port?.close(),this.port=void 0,this.replaceChildren()}greet(t){const s=new MessageChannel;this.port=s.port1,this.port.onmessage=n=>this.heard(n.data);const i={url:new URL(this.entry.url,location.href).href,element:this.entry.element,props:Object.fromEntries(this.kept)};t.contentWindow?.postMessage(i,"*",[s.port2])}heard(t){if(t.event==="describe"&&(this.sentence=String(t.detail)),!Os.has(t.event))return;const s={detail:t.detail,bubbles:!0,composed:!0};this.dispatchEvent(new CustomEvent(t.event,s))}send(t,s){this.kept.set(t,s),this.port?.postMessage({name:t,value:s})}}customElements.define("tw-framed-panel",$e);let G;function te(e=!1){return(e||!G)&&(G=z.panels&&!e?Promise.resolve(z.panels):et("/api/panels"),G.catch(()=>G=void 0)),G}async function Ls(e){const t=r=>r.find(i=>i.id===e),s=t(await te())??t(await te(!0));if(!s)throw new Error(`no panel "${e}" is installed; put its folder into panel_path`);if(s.error)throw new Error(`panel "${e}": ${s.error}`);return s}function Ds(e){const t={};for(const[s,r]of Object.entries(e.options))t[s]=r.value;return t}async function Us(e,t){const s=`${e.element}-${e.hash.slice(0,8)}`;if(!customElements.get(s)){const i=await import(t>0?`${e.url}?attempt=${t}`:e.url);if(i.api!==1||!i.default)throw new Error(`panel "${e.id}" does not export api = 1 and a default class`);const n=i.default;customElements.get(s)||customElements.define(s,class extends n{})}return document.createElement(s)}async function Rs(e,t=0){return e.trust==="page"?Us(e,t):new $e(e)}const js=_`
  :host {
    display: block;
    min-width: 0;
    min-height: 0;
  }
  .panel {
    display: flex;
    flex-direction: column;
    height: 100%;
    overflow: hidden;
    border: 1px solid var(--tw-border);
    border-radius: var(--tw-radius);
    background: var(--tw-surface);
    box-shadow: var(--tw-panel-shadow);
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: none;
    height: 36px;
    padding: 0 14px;
    min-width: 0;
  }
  h2 {
    margin: 0;
    font-size: 13px;
    font-weight: 590;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .sub {
    min-width: 0;
    overflow: hidden;
    color: var(--tw-text-3);
    font-size: 12px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    height: 20px;
    padding: 0 7px;
    border: 1px solid var(--tw-border-2);
    border-radius: var(--tw-radius-chip);
    color: var(--tw-text-2);
    font-size: 11px;
    white-space: nowrap;
  }
  .chip.warn {
    border-color: transparent;
    background: var(--tw-warn-soft);
    color: var(--tw-warn);
  }
  .actions {
    display: flex;
    gap: 2px;
    margin-left: auto;
    opacity: 0;
    transition: opacity 120ms ease-out;
  }
  .panel:hover .actions,
  .panel:focus-within .actions {
    opacity: 1;
  }
  .act {
    display: grid;
    place-items: center;
    width: 26px;
    height: 26px;
    padding: 0;
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--tw-text-3);
    cursor: pointer;
  }
  .act:hover,
  .act[aria-pressed='true'] {
    background: var(--tw-surface-2);
    color: var(--tw-text);
  }
  .body {
    position: relative;
    container-type: size;
    flex: 1;
    min-height: 0;
  }
  .hold {
    position: absolute;
    inset: 0;
    transition: opacity 120ms ease-out;
  }
  .hold[hidden] {
    display: none;
  }
  .content {
    display: block;
    width: 100%;
    height: 100%;
    contain: strict;
  }
  :host([data-state='loading']) .hold {
    opacity: 0.6;
  }
  :host([data-state='error']) .hold,
  :host([data-state='empty']) .hold {
    visibility: hidden;
  }
  .card {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: safe center;
    gap: 6px;
    padding: 4px 14px 14px;
    overflow: auto;
    color: var(--tw-text-2);
    font-size: 12px;
    text-align: center;
  }
  .card strong {
    color: var(--tw-text);
    font-weight: 590;
  }
  .card .bad {
    color: var(--tw-crit);
  }
  .card .why {
    max-width: 46ch;
    overflow-wrap: anywhere;
  }
  .card .button {
    height: 28px;
    margin-top: 4px;
    font-size: 12px;
  }
  @container (max-height: 110px) {
    .card {
      gap: 2px;
      padding: 0 14px 6px;
    }
    .card .bad {
      display: none;
    }
    .card .why {
      max-width: 100%;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .card .button {
      height: 24px;
    }
  }
  .card.quiet {
    color: var(--tw-text-3);
  }
  .bones {
    position: absolute;
    inset: 6px 14px 16px;
    display: flex;
    flex-direction: column;
    justify-content: space-evenly;
  }
  .bones i {
    height: 8px;
    border-radius: 4px;
    background: var(--tw-surface-2);
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  .bones i:nth-child(2) {
    width: 78%;
  }
  .bones i:nth-child(3) {
    width: 52%;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
`;var Hs=Object.defineProperty,Bs=Object.getOwnPropertyDescriptor,ye=(e,t,s,r)=>{for(var i=r>1?void 0:r?Bs(t,s):t,n=e.length-1,o;n>=0;n--)(o=e[n])&&(i=(r?o(t,s,i):o(i))||i);return r&&i&&Hs(t,s,i),i};const Ns=200;function zs(e,t){const s=e.values[t];switch(e.type){case"time":return ge(s);case"str":case"enum":return e.dictionary?.[s]??"–";case"bool":return s?"yes":"no";case"json":return Array.isArray(s)?s.join(", "):String(s??"–");default:return be(s,e.unit,4)}}let ct=class extends x{render(){return this.data.frames.map(e=>this.renderFrame(e))}renderFrame(e){const t=e.columns[0]?.values.length??0,s=Array.from({length:Math.min(t,Ns)},(r,i)=>t-1-i);return p`<table>
      <thead><tr>${e.columns.map(r=>p`<th scope="col">${r.name}</th>`)}</tr></thead>
      <tbody>${s.map(r=>p`<tr>
        ${e.columns.map(i=>p`<td>${zs(i,r)}</td>`)}
      </tr>`)}</tbody>
    </table>`}};ct.styles=_`
    :host {
      position: absolute;
      inset: 0;
      overflow: auto;
      padding: 0 14px 10px;
      font-size: 12px;
    }
    table {
      width: 100%;
      border-collapse: collapse;
      margin-bottom: 10px;
    }
    th {
      position: sticky;
      top: 0;
      background: var(--tw-surface);
      color: var(--tw-text-3);
      font-weight: 500;
    }
    th,
    td {
      padding: 3px 12px 3px 0;
      border-bottom: 1px solid var(--tw-border);
      text-align: right;
      white-space: nowrap;
    }
    th:first-child,
    td:first-child {
      text-align: left;
    }
  `;ye([y({attribute:!1})],ct.prototype,"data",2);ct=ye([C("tw-twin")],ct);var Is=Object.defineProperty,qs=Object.getOwnPropertyDescriptor,O=(e,t,s,r)=>{for(var i=r>1?void 0:r?qs(t,s):t,n=e.length-1,o;n>=0;n--)(o=e[n])&&(i=(r?o(t,s,i):o(i))||i);return r&&i&&Is(t,s,i),i};const Ks=100,Vs=1e4,$t={locale:navigator.language||"en-GB",timeZone:Intl.DateTimeFormat().resolvedOptions().timeZone,reducedMotion:matchMedia("(prefers-reduced-motion: reduce)").matches,dpr:devicePixelRatio,compact:!1};let k=class extends x{constructor(){super(...arguments),this.data=Y,this.wide=!1,this.failure="",this.twin=!1,this.given=new Map,this.slow=[],this.attempts=0,this.stopListening=[],this.retry=()=>{this.failure?this.start():this.dispatchEvent(new CustomEvent("tw-retry",{bubbles:!0,composed:!0}))},this.onHover=e=>{const{time:t}=e.detail;d.setHover(t,this)},this.onSelect=e=>{const{from:t,to:s}=e.detail;t!==void 0&&s!==void 0&&s>t&&d.ask({from:t,to:s})},this.onPanelError=e=>{this.fail(e.detail.message)},this.onOpen=e=>{const{href:t}=e.detail,s=new URL(t,location.href);s.origin===location.origin&&(history.pushState(null,"",s),dispatchEvent(new PopStateEvent("popstate")))},this.onKey=e=>{e.ctrlKey||e.metaKey||e.altKey||(e.key==="t"||e.key==="T")&&(e.stopPropagation(),this.toggleTwin())},this.expand=()=>{const e={detail:{id:this.spec.id},bubbles:!0,composed:!0};this.dispatchEvent(new CustomEvent("tw-expand",e))}}connectedCallback(){super.connectedCallback(),this.stopListening=[d.on("hover",()=>this.give("hover",d.hover)),d.on("theme",()=>this.give("theme",d.theme))]}disconnectedCallback(){super.disconnectedCallback(),this.stopListening.forEach(e=>e())}firstUpdated(){this.start()}updated(){this.give("range",this.range),(this.data.state!=="loading"||this.data.frames.length>0)&&this.give("data",this.data),this.dataset.state=this.failure?"error":this.shown}async start(){this.failure="",this.given.clear();try{this.entry=await Ls(this.spec.panel);const e=await Rs(this.entry,this.attempts++);this.give("options",{...Ds(this.entry),...this.spec.options},e),this.give("theme",d.theme,e);const t=Es($t.locale,$t.timeZone);this.give("env",{...$t,format:t,compact:innerWidth<900},e),this.give("range",this.range,e),e.setAttribute("aria-label",this.label),e.classList.add("content"),this.element=e,this.renderRoot.querySelector(".hold")?.replaceChildren(e),this.data.frames.length>0&&this.give("data",this.data)}catch(e){this.fail(e)}}get shown(){return this.data.state==="empty"&&this.entry?.empty==="own"?"ok":this.data.state}get label(){return[this.spec.title,this.spec.subtitle].filter(Boolean).join(", ")}give(e,t,s=this.element){if(!s||!(e in s)||this.given.has(e)&&this.given.get(e)===t)return;this.given.set(e,t);const r=performance.now();try{s[e]=t}catch(i){return this.fail(i)}this.watch(performance.now()-r)}watch(e){if(e<Ks)return;const t=performance.now();this.slow=[...this.slow.filter(s=>t-s<Vs),t],this.slow.length>=3&&this.fail(`took ${Math.round(e)} ms three times in 10 s`)}fail(e){this.failure=e instanceof Error?e.message:String(e),this.element?.remove(),this.element=void 0}toggleTwin(){this.twin=!this.twin}render(){return p`
      <section class="panel" aria-label=${this.label} @tw-hover=${this.onHover}
        @tw-select=${this.onSelect} @tw-error=${this.onPanelError} @tw-open=${this.onOpen}
        @keydown=${this.onKey}>
        <header>
          <h2>${this.spec.title}</h2>
          ${this.spec.subtitle?p`<span class="sub">${this.spec.subtitle}</span>`:m}
          ${this.renderChips()}
          <span class="actions">
            <button class="act" title="Table (T)" aria-label="Show as table"
              aria-pressed=${this.twin} @click=${this.toggleTwin}>${v("table",15)}</button>
            <button class="act" title="Full size (v)" aria-label="Full size"
              @click=${this.expand}>${v("expand",15)}</button>
          </span>
        </header>
        <div class="body">
          <div class="hold" ?hidden=${this.twin}></div>
          ${this.twin?p`<tw-twin .data=${this.data}></tw-twin>`:m}
          ${this.renderState()}
        </div>
      </section>
    `}renderChips(){const e=(i,n="",o="")=>p`<span class="chip ${n}" title=${o}>${i}</span>`,t=this.entry&&!this.entry.bundled,{state:s,asOf:r}=this.data;return p`
      ${t?p`<span class="chip foreign" title="${this.entry?.vendor}, ${this.entry?.trust}">
            ${v("plug",11)} ${this.entry?.element} ${this.entry?.version}</span>`:m}
      ${s==="stale"&&!this.failure?e(`${me(Date.now()-r)} old`,"warn","The server has not answered since"):m}
      ${s==="partial"?e("partial","warn","The server skipped to the newest rows"):m}
    `}renderState(){const e=this.failure||(this.data.state==="error"?this.data.error:"");if(e){const t=this.failure?`Panel ${this.spec.panel}`:"Query";return p`<div class="card" role="alert">
        <span class="bad">${v("warning",20)}</span>
        <strong>${t} failed</strong>
        <span class="why" title=${e??""}>${e}</span>
        <button class="button" @click=${this.retry}>${v("retry",14)} Retry</button>
      </div>`}return this.data.state==="loading"&&this.data.frames.length===0?p`<div class="bones" role="status" aria-label="Loading"><i></i><i></i><i></i></div>`:this.shown==="empty"?p`<div class="card quiet">${v("empty",22)}<span>No data in this range</span></div>`:m}};k.styles=[q,js];O([y({attribute:!1})],k.prototype,"spec",2);O([y({attribute:!1})],k.prototype,"data",2);O([y({attribute:!1})],k.prototype,"range",2);O([y({type:Boolean})],k.prototype,"wide",2);O([$()],k.prototype,"failure",2);O([$()],k.prototype,"entry",2);O([$()],k.prototype,"twin",2);k=O([C("tw-panel")],k);var Fs=Object.defineProperty,Ws=Object.getOwnPropertyDescriptor,st=(e,t,s,r)=>{for(var i=r>1?void 0:r?Ws(t,s):t,n=e.length-1,o;n>=0;n--)(o=e[n])&&(i=(r?o(t,s,i):o(i))||i);return r&&i&&Fs(t,s,i),i};const kt=12,xe=16;let H=class extends x{constructor(){super(...arguments),this.vars={},this.expanded="",this.now=d.range,this.data=new Map,this.stopListening=[],this.fit=()=>{const e=this.renderRoot.querySelector(".grid");if(!e)return;const t=Math.max(...this.board.panels.map(({at:i})=>i[1]+i[3])),s=innerHeight-56-26-(t-1)*kt,r=innerWidth<900?30:Math.min(40,Math.max(28,s/t));e.style.setProperty("--row",`${r}px`)},this.onKey=e=>{e.key!=="Escape"||e.defaultPrevented||(this.expanded?this.expanded="":d.back())},this.onExpand=e=>{const{id:t}=e.detail;this.expanded=this.expanded===t?"":t},this.retry=()=>this.feed?.restart()}connectedCallback(){super.connectedCallback();const e=()=>this.now=d.range;this.stopListening=[d.on("clock",e),d.on("range",e)],addEventListener("resize",this.fit),addEventListener("keydown",this.onKey)}disconnectedCallback(){super.disconnectedCallback(),this.stopListening.forEach(e=>e()),removeEventListener("resize",this.fit),removeEventListener("keydown",this.onKey),this.feed?.close(),this.feed=void 0}updated(e){(e.has("board")||e.has("vars"))&&this.begin(),this.fit()}begin(){this.feed?.close(),this.data.clear(),this.expanded="";for(const{id:e}of this.board.panels)this.show(e,Y);this.feed=new vs(()=>this.subscription(),(e,t)=>this.show(e,t))}subscription(){const e=innerWidth<900?12:void 0,t=(this.clientWidth-2*xe)/12,s=i=>Math.max(80,Math.round(t*(e??i)-kt)),r=this.board.panels.map(({id:i,at:n})=>({id:i,width:s(n[2])}));return{board:this.board.slug,vars:this.vars,panels:r}}show(e,t){this.data.set(e,t);const s=this.renderRoot.querySelector(`tw-panel[data-id="${CSS.escape(e)}"]`);s&&(s.data=t),this.markReady()}markReady(){[...this.data.values()].some(t=>t.state==="loading")||document.documentElement.dataset.ready==="1"||requestAnimationFrame(()=>requestAnimationFrame(()=>{document.documentElement.dataset.ready="1",performance.mark("board-drawn")}))}viewFocused(){const e=this.renderRoot.querySelector("tw-panel:focus-within");this.expanded=this.expanded?"":e?.spec.id??""}render(){const e=this.expanded?this.board.panels.filter(({id:t})=>t===this.expanded):this.board.panels;return p`<div class="grid ${this.expanded?"one":""}"
      @tw-expand=${this.onExpand} @tw-retry=${this.retry}>
      ${ns(e,({id:t})=>t,t=>{const[s,r,i,n]=t.at,o=`grid-area:${r+1}/${s+1}/span ${n}/span ${i};--tall:${n}`;return p`<tw-panel data-id=${t.id} class=${n<=3?"small":m}
          style=${o} .spec=${t} .range=${this.now}
          .data=${this.data.get(t.id)??Y}></tw-panel>`})}
    </div>`}};H.styles=_`
    :host {
      display: block;
      padding: 12px ${xe}px 14px;
    }
    .grid {
      display: grid;
      grid-template-columns: repeat(12, minmax(0, 1fr));
      grid-auto-rows: var(--row, 30px);
      gap: ${kt}px;
    }
    .grid.one {
      display: block;
      height: calc(100dvh - 56px - 26px);
    }
    .grid.one tw-panel {
      height: 100%;
    }
    @media (max-width: 899px) {
      :host {
        padding: 12px;
      }
      .grid:not(.one) {
        grid-template-columns: repeat(2, minmax(0, 1fr));
      }
      .grid:not(.one) tw-panel {
        grid-area: auto / span 2 / span var(--tall) / auto !important;
      }
      .grid:not(.one) tw-panel.small {
        grid-area: auto / span 1 / span 3 / auto !important;
      }
      .grid.one {
        height: calc(100dvh - 56px - 84px);
      }
    }
  `;st([y({attribute:!1})],H.prototype,"board",2);st([y({attribute:!1})],H.prototype,"vars",2);st([$()],H.prototype,"expanded",2);st([$()],H.prototype,"now",2);H=st([C("tw-board")],H);const _e=_`
  dialog {
    width: min(520px, calc(100vw - 32px));
    max-height: 76vh;
    padding: 0;
    border: 1px solid var(--tw-border-2);
    border-radius: 12px;
    background: var(--tw-surface);
    color: var(--tw-text);
    box-shadow: var(--tw-shadow);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.5);
  }
  h2 {
    margin: 0;
    padding: 16px 18px 8px;
    font-size: 16px;
    font-weight: 620;
  }
`;var Gs=Object.defineProperty,Js=Object.getOwnPropertyDescriptor,ke=(e,t,s,r)=>{for(var i=r>1?void 0:r?Js(t,s):t,n=e.length-1,o;n>=0;n--)(o=e[n])&&(i=(r?o(t,s,i):o(i))||i);return r&&i&&Gs(t,s,i),i};const Zs=[["g h","Hosts"],["g d","Dashboards"],["g a","Alerts"],["g l","Plugins"],["Ctrl K","Search everything"],["t","Time range; on a panel: show as table"],["v","Full size for the focused panel"],["← →","Move the crosshair on a focused chart (Shift ×10, Home, End)"],["↑ ↓","Choose a series on a focused chart"],["Esc","Back from a zoom or full size"],["?","This list"]];let dt=class extends x{constructor(){super(...arguments),this.toggle=e=>{d.setShortcutsOff(!e.target.checked)}}open(){this.dialog.showModal()}render(){return p`<dialog aria-labelledby="title" @click=${e=>{e.target===this.dialog&&this.dialog.close()}}>
      <h2 id="title">Keyboard</h2>
      <dl>${Zs.map(([e,t])=>p`<dt><kbd>${e}</kbd></dt><dd>${t}</dd>`)}</dl>
      <label><input type="checkbox" .checked=${!d.shortcutsOff} @change=${this.toggle} />
        Single-key shortcuts</label>
    </dialog>`}};dt.styles=[q,_e,_`
    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 8px 16px;
      margin: 0;
      padding: 4px 18px 16px;
    }
    dd {
      margin: 0;
      color: var(--tw-text-2);
    }
    label {
      display: flex;
      align-items: center;
      gap: 8px;
      padding: 12px 18px;
      border-top: 1px solid var(--tw-border);
    }
  `];ke([gt("dialog")],dt.prototype,"dialog",2);dt=ke([C("tw-help")],dt);function ee(e){const[t,s]=e.split("/").filter(Boolean).map(decodeURIComponent);switch(t){case void 0:return{page:"hosts"};case"hosts":return s?{page:"host",host:s}:{page:"hosts"};case"d":return s?{page:"board",slug:s}:{page:"boards"};case"alerts":case"plugins":return s?{page:"missing"}:{page:t};default:return{page:"missing"}}}function pt(e){history.pushState(null,"",e),dispatchEvent(new PopStateEvent("popstate"))}function Qs(e){e.addEventListener("click",t=>{if(t.defaultPrevented||t.button!==0||t.ctrlKey||t.metaKey||t.shiftKey||t.altKey)return;const s=t.composedPath().find(r=>r instanceof HTMLAnchorElement);!(s instanceof HTMLAnchorElement)||s.target||s.origin!==location.origin||(t.preventDefault(),pt(s.pathname+s.search))})}var Xs=Object.defineProperty,Ys=Object.getOwnPropertyDescriptor,K=(e,t,s,r)=>{for(var i=r>1?void 0:r?Ys(t,s):t,n=e.length-1,o;n>=0;n--)(o=e[n])&&(i=(r?o(t,s,i):o(i))||i);return r&&i&&Xs(t,s,i),i};const tr=[{name:"Hosts",kind:"page",href:"/hosts"},{name:"Dashboards",kind:"page",href:"/d"},{name:"Alerts",kind:"page",href:"/alerts"},{name:"Plugins",kind:"page",href:"/plugins"}],er=12;let P=class extends x{constructor(){super(...arguments),this.boards=[],this.hosts=[],this.wanted="",this.at=0,this.onKey=e=>{e.stopPropagation();const t=this.entries.length;e.key==="Enter"&&this.enter();const s={ArrowDown:1,ArrowUp:-1}[e.key];!s||t===0||(e.preventDefault(),this.at=(this.at+s+t)%t)},this.onInput=e=>{this.wanted=e.target.value,this.at=0}}open(){this.dialog.open||(this.wanted="",this.at=0,this.dialog.showModal(),this.renderRoot.querySelector("input")?.focus(),this.asking=this.askHosts())}async askHosts(){try{const e=await et("/api/hosts"),t=({host:s})=>({name:s,kind:"host",href:`/hosts/${encodeURIComponent(s)}`});this.hosts=e.map(t)}catch{this.hosts=[]}}get entries(){const e=this.boards.map(({slug:r,title:i})=>({name:i,kind:"dashboard",href:`/d/${r}`})),t=this.wanted.toLowerCase();return[...tr,...e,...this.hosts].filter(({name:r})=>r.toLowerCase().includes(t)).slice(0,er)}choose(e){!e||!this.dialog.open||(this.dialog.close(),pt(e.href))}async enter(){this.entries.length===0&&await this.asking,this.choose(this.entries[this.at])}render(){return p`<dialog aria-label="Search" @keydown=${this.onKey} @click=${e=>{e.target===this.dialog&&this.dialog.close()}}>
      <div class="field">${v("search",16)}
        <input type="text" role="combobox" aria-expanded="true" aria-controls="found"
          aria-label="Search pages, dashboards and hosts" placeholder="Pages, dashboards, hosts…"
          aria-activedescendant="entry-${this.at}" .value=${this.wanted} @input=${this.onInput} />
      </div>
      <ul id="found" role="listbox">${this.entries.map((e,t)=>p`
        <li role="option" id="entry-${t}" aria-selected=${t===this.at}
          @click=${()=>this.choose(e)} @mousemove=${()=>this.at=t}>
          <span>${e.name}</span><span class="dim">${e.kind}</span></li>`)}
      </ul>
    </dialog>`}};P.styles=[q,_e,_`
    dialog {
      margin-top: 12vh;
    }
    .field {
      display: flex;
      align-items: center;
      gap: 10px;
      padding: 0 16px;
      border-bottom: 1px solid var(--tw-border);
      color: var(--tw-text-3);
    }
    input {
      flex: 1;
      height: 48px;
      border: 0;
      outline: 0;
      background: none;
      color: var(--tw-text);
      font: 14px var(--tw-font);
    }
    ul {
      margin: 0;
      padding: 6px;
      list-style: none;
    }
    li {
      display: flex;
      justify-content: space-between;
      padding: 8px 12px;
      border-radius: 7px;
      cursor: pointer;
    }
    li[aria-selected='true'] {
      background: var(--tw-surface-3);
    }
  `];K([y({attribute:!1})],P.prototype,"boards",2);K([$()],P.prototype,"hosts",2);K([$()],P.prototype,"wanted",2);K([$()],P.prototype,"at",2);K([gt("dialog")],P.prototype,"dialog",2);P=K([C("tw-palette")],P);var sr=Object.defineProperty,rr=Object.getOwnPropertyDescriptor,Ot=(e,t,s,r)=>{for(var i=r>1?void 0:r?rr(t,s):t,n=e.length-1,o;n>=0;n--)(o=e[n])&&(i=(r?o(t,s,i):o(i))||i);return r&&i&&sr(t,s,i),i};const ir=[{href:"/hosts",label:"Hosts",icon:"hosts",pages:["hosts","host"]},{href:"/d",label:"Dashboards",icon:"boards",pages:["boards","board"]},{href:"/alerts",label:"Alerts",icon:"bell",pages:["alerts"]},{href:"/plugins",label:"Plugins",icon:"plug",pages:["plugins"]}],nr=15e3;let tt=class extends x{constructor(){super(...arguments),this.page="",this.open=z.openAlerts??0,this.timer=0}connectedCallback(){super.connectedCallback(),setTimeout(()=>void this.count(),2e3),this.timer=window.setInterval(()=>void this.count(),nr)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}async count(){if(!document.hidden)try{this.open=(await et("/api/alerts")).open}catch{this.open=0}}render(){return p`<nav aria-label="Places">
      <a class="brand" href="/" aria-label="Tickwork">${v("pulse",22)}</a>
      ${ir.map(e=>p`
        <a class="place" href=${e.href} title=${e.label} aria-label=${e.label}
          aria-current=${e.pages.includes(this.page)?"page":m}>
          ${v(e.icon,20)}
          ${e.icon==="bell"&&this.open>0?p`<span class="count" aria-label="${this.open} open">${this.open}</span>`:m}
        </a>`)}
    </nav>`}};tt.styles=[q,_`
    nav {
      display: flex;
      flex-direction: column;
      align-items: center;
      gap: 6px;
      height: 100%;
      padding: 12px 0;
      border-right: 1px solid var(--tw-border);
      background: var(--tw-rail);
    }
    .brand {
      display: grid;
      place-items: center;
      width: 34px;
      height: 34px;
      margin-bottom: 14px;
      border-radius: 9px;
      background: var(--tw-accent);
      color: var(--tw-on-accent);
    }
    .place {
      position: relative;
      display: grid;
      place-items: center;
      width: 40px;
      height: 38px;
      border-radius: 9px;
      color: var(--tw-text-3);
      transition: background 120ms ease-out, color 120ms ease-out;
    }
    .place:hover {
      background: var(--tw-surface-2);
      color: var(--tw-text);
    }
    .place[aria-current] {
      background: var(--tw-accent-soft);
      color: var(--tw-accent);
    }
    .count {
      position: absolute;
      top: 1px;
      right: 1px;
      min-width: 17px;
      padding: 0 4px;
      border-radius: 9px;
      background: var(--tw-crit-g);
      color: #fff;
      font-size: 10px;
      font-weight: 620;
      line-height: 16px;
      text-align: center;
    }
    :host-context([data-theme='dark']) .count {
      color: #0b0d12;
    }
    @media (max-width: 899px) {
      nav {
        flex-direction: row;
        justify-content: space-around;
        height: auto;
        padding: 6px 8px calc(6px + env(safe-area-inset-bottom));
        border-top: 1px solid var(--tw-border);
        border-right: 0;
      }
      .brand {
        display: none;
      }
      .place {
        width: 56px;
      }
    }
  `];Ot([y()],tt.prototype,"page",2);Ot([$()],tt.prototype,"open",2);tt=Ot([C("tw-rail")],tt);const or=_`
  :host {
    min-width: 0;
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    height: 56px;
    padding: 0 16px;
    border-bottom: 1px solid var(--tw-border);
    background: var(--tw-rail);
  }
  h1 {
    margin: 0 12px 0 0;
    font-size: 16px;
    font-weight: 620;
    letter-spacing: -0.01em;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .crumb {
    display: flex;
    gap: 8px;
    color: var(--tw-text-2);
    font-size: 16px;
  }
  .crumb a {
    border-radius: 4px;
    text-decoration: none;
  }
  .crumb a:hover {
    color: var(--tw-text);
  }
  .crumb i {
    color: var(--tw-border-2);
    font-style: normal;
  }
  .vars {
    display: flex;
    gap: 8px;
  }
  b {
    font-weight: 590;
  }
  .gap {
    flex: 1;
  }
  .search {
    width: 184px;
    color: var(--tw-text-3);
  }
  .search kbd {
    margin-left: auto;
  }
  .time {
    display: flex;
  }
  .time > .button:first-child {
    border-radius: var(--tw-radius-field) 0 0 var(--tw-radius-field);
    color: var(--tw-text-2);
  }
  .time > .button:first-child b {
    color: var(--tw-text);
  }
  .time > .live {
    margin-left: -1px;
    border-radius: 0 var(--tw-radius-field) var(--tw-radius-field) 0;
  }
  .live .mark {
    width: 7px;
    height: 7px;
  }
  @media (max-width: 1180px) {
    .search span,
    .search kbd {
      display: none;
    }
    .search {
      width: 32px;
      padding: 0;
      justify-content: center;
    }
  }
  @media (max-width: 899px) {
    header {
      gap: 6px;
      padding: 0 12px;
    }
    .crumb,
    .every,
    .help {
      display: none;
    }
    h1 {
      flex: 1 1 60px;
      min-width: 60px;
      margin-right: 4px;
    }
    .gap {
      display: none;
    }
    .button {
      padding: 0 9px;
    }
    .var .dim:first-child {
      display: none;
    }
  }
  @media (max-width: 520px) {
    .search,
    .vars,
    .last,
    .time > .button:first-child > svg {
      display: none;
    }
  }
`;var ar=Object.defineProperty,lr=Object.getOwnPropertyDescriptor,V=(e,t,s,r)=>{for(var i=r>1?void 0:r?lr(t,s):t,n=e.length-1,o;n>=0;n--)(o=e[n])&&(i=(r?o(t,s,i):o(i))||i);return r&&i&&ar(t,s,i),i};const hr=_`
  .fixed {
    display: grid;
    gap: 6px;
    padding: 6px 10px 8px;
    font-size: 12px;
  }
  .fixed label {
    display: grid;
    gap: 3px;
    color: var(--tw-text-2);
  }
  .fixed input {
    height: 30px;
    padding: 0 8px;
    border: 1px solid var(--tw-field);
    border-radius: var(--tw-radius-field);
    background: var(--tw-surface);
    color: var(--tw-text);
    font: inherit;
  }
`;function cr(e){return e.startsWith("Last ")?p`<span class="last">Last </span>${e.slice(5)}`:e}function se(e){return new Date(e-new Date(e).getTimezoneOffset()*6e4).toISOString().slice(0,16)}let M=class extends x{constructor(){super(...arguments),this.heading=[],this.variables=[],this.vars={},this.timed=!1,this.theme=d.theme,this.stopListening=[],this.place=e=>{const t=e.target;if(e.newState!=="open")return;const r=this.renderRoot.querySelector(`[popovertarget="${t.id}"]`).getBoundingClientRect();t.style.top=`${r.bottom+6}px`,t.style.left=`${Math.max(8,Math.min(r.left,innerWidth-t.offsetWidth-8))}px`,(t.querySelector('[aria-checked="true"]')??t.querySelector("button"))?.focus()},this.walk=e=>{const t={ArrowDown:1,ArrowUp:-1}[e.key];if(!t||e.target instanceof HTMLInputElement)return;e.preventDefault();const s=[...e.currentTarget.querySelectorAll("button")],r=s.indexOf(e.target);s[(r+t+s.length)%s.length]?.focus()},this.askFixed=()=>{const e=r=>this.renderRoot.querySelector(`#${r}`).value,t=new Date(e("from")).getTime(),s=new Date(e("to")).getTime();s>t&&this.pick("range",()=>d.ask({from:t,to:s}))},this.toggleLive=()=>{if("last"in d.asked)return d.setLive(!d.live);d.live=!0,d.back()||d.ask({last:900})}}connectedCallback(){super.connectedCallback();const e=()=>this.requestUpdate();this.stopListening=[d.on("range",e),d.on("link",e)],this.stopListening.push(d.on("theme",()=>this.theme=d.theme))}disconnectedCallback(){super.disconnectedCallback(),this.stopListening.forEach(e=>e())}openRange(){this.timed&&this.menu("range").showPopover()}menu(e){return this.renderRoot.querySelector(`#menu-${CSS.escape(e)}`)}fire(e,t=null){this.dispatchEvent(new CustomEvent(e,{detail:t}))}pick(e,t){this.menu(e).hidePopover(),t()}render(){return p`<header>
      ${this.renderHeading()}
      <div class="vars">${this.variables.map(e=>this.renderVariable(e))}</div>
      <span class="gap"></span>
      <button class="button search" aria-label="Search" @click=${()=>this.fire("tw-search")}>
        ${v("search",15)}<span class="dim">Search…</span><kbd>Ctrl K</kbd>
      </button>
      ${this.timed?this.renderTime():m}
      <button class="button icon theme" aria-label=${this.theme==="dark"?"Light theme":"Dark theme"}
        title=${this.theme==="dark"?"Light theme":"Dark theme"}
        @click=${()=>d.setTheme(this.theme==="dark"?"light":"dark")}>
        ${v(this.theme==="dark"?"sun":"moon",16)}
      </button>
      <button class="button icon help" aria-label="Keyboard help" title="Keyboard help (?)"
        @click=${()=>this.fire("tw-help")}>${v("help",16)}</button>
    </header>`}renderHeading(){const[e,t]=this.heading,s=e==="Hosts"?"/hosts":"/d";return t?p`<span class="crumb"><a href=${s}>${e}</a><i>/</i></span><h1>${t}</h1>`:p`<h1>${e}</h1>`}renderVariable({name:e,label:t,values:s=[]}){const r=this.vars[e]??"",i=`menu-var-${e}`;return p`<button class="button var" popovertarget=${i} aria-haspopup="menu">
        <span class="dim">${t??e}</span><b>${r||"none"}</b>
        <span class="dim">${v("down",14)}</span>
      </button>
      <div class="menu" id=${i} popover role="menu" @toggle=${this.place} @keydown=${this.walk}>
        ${s.map(n=>p`<button role="menuitemradio" aria-checked=${n===r}
          @click=${()=>this.pick(`var-${e}`,()=>this.fire("tw-variable",{name:e,value:n}))}>
          ${n}</button>`)}
      </div>`}renderTime(){const e=d.range.live,t=e?d.link:"paused",s={live:"Live",connecting:"Connecting",paused:"Paused"}[t],{from:r,to:i}=d.range;return p`<div class="time" role="group" aria-label="Time">
      <button class="button" popovertarget="menu-range" aria-haspopup="menu" title="Time range (t)">
        ${v("clock",15)}<b>${cr(cs(d.asked))}</b><span class="dim">${v("down",14)}</span>
      </button><button class="button live" aria-pressed=${e} title=${e?"Pause":"Go live"}
        @click=${this.toggleLive}>
        <span class="mark ${t==="live"?"":t==="paused"?"idle":"warn"}"></span>
        <b>${s}</b>${t==="live"?p`<span class="dim every">1 s</span>`:m}
      </button>
      <div class="menu" id="menu-range" popover role="menu" @toggle=${this.place} @keydown=${this.walk}>
        ${pe.map(([n,o])=>p`<button role="menuitemradio"
          aria-checked=${"last"in d.asked&&d.asked.last===n}
          @click=${()=>this.pick("range",()=>d.ask({last:n}))}>${o}</button>`)}
        <hr />
        <div class="fixed">
          <label>From <input id="from" type="datetime-local" .value=${se(r)} /></label>
          <label>To <input id="to" type="datetime-local" .value=${se(i)} /></label>
          <button class="button" @click=${this.askFixed}>Show this range</button>
        </div>
      </div>
    </div>`}};M.styles=[q,Ss,hr,or];V([y({attribute:!1})],M.prototype,"heading",2);V([y({attribute:!1})],M.prototype,"variables",2);V([y({attribute:!1})],M.prototype,"vars",2);V([y({type:Boolean})],M.prototype,"timed",2);V([$()],M.prototype,"theme",2);M=V([C("tw-topbar")],M);var dr=Object.defineProperty,pr=Object.getOwnPropertyDescriptor,T=(e,t,s,r)=>{for(var i=r>1?void 0:r?pr(t,s):t,n=e.length-1,o;n>=0;n--)(o=e[n])&&(i=(r?o(t,s,i):o(i))||i);return r&&i&&dr(t,s,i),i};const re={hosts:()=>rt(()=>import("./hosts-DLpF6Epz.js"),__vite__mapDeps([0,1])),plugins:()=>rt(()=>import("./plugins-BXJWPKQe.js"),__vite__mapDeps([2,1])),alerts:()=>rt(()=>import("./alerts-CAy3FI63.js"),__vite__mapDeps([3,1])),boards:()=>rt(()=>import("./boards-D5JuIu7t.js"),[])},ie={h:"/hosts",d:"/d",a:"/alerts",l:"/plugins",p:"/plugins"},ur=4e3;let A=class extends x{constructor(){super(...arguments),this.route=ee(location.pathname),this.boards=[],this.vars={},this.problem="",this.jumping=0,this.onKey=e=>{if((e.ctrlKey||e.metaKey)&&e.key==="k")return e.preventDefault(),this.palette.open();if(!(e.composedPath()[0]instanceof HTMLInputElement||e.ctrlKey||e.metaKey||e.altKey||e.defaultPrevented)&&!(this.renderRoot.querySelector("dialog[open]")||d.shortcutsOff)){if(Date.now()-this.jumping<1200&&ie[e.key])return this.jumping=0,pt(ie[e.key]);this.single(e.key)}},this.setVariable=e=>{const{name:t,value:s}=e.detail;if(this.route.page==="host"&&t==="host")return pt(`/hosts/${encodeURIComponent(s)}`);const r=new URL(location.href);r.searchParams.set(`var-${t}`,s),history.replaceState(null,"",r),this.vars={...this.vars,[t]:s}},this.skip=e=>{e.preventDefault(),this.renderRoot.querySelector("main")?.focus()}}connectedCallback(){super.connectedCallback(),addEventListener("popstate",()=>void this.follow()),addEventListener("keydown",this.onKey),Qs(this),ve().then(e=>this.boards=e,e=>this.problem=String(e)),this.follow()}async follow(){this.route=ee(location.pathname),this.problem="",delete document.documentElement.dataset.ready,d.setHover(null);try{this.route.page in re&&await re[this.route.page](),await this.openBoard()}catch(e){this.problem=e instanceof Error?e.message:String(e)}this.requestUpdate(),document.title=`${this.heading.at(-1)??"Tickwork"} · Tickwork`}async openBoard(){const{route:e}=this;if(e.page!=="board"&&e.page!=="host"){this.board=void 0;return}const t=new URLSearchParams(location.search),s=await Cs(e.page==="board"?e.slug:await fr()),r={};for(const a of s.variables??[]){const c=t.get(`var-${a.name}`)??a.values?.[0];r[a.name]=c??""}e.page==="host"&&(r.host=e.host);const i=Number(t.get("last"))||s.range||900,[n,o]=[Number(t.get("from")),Number(t.get("to"))];d.begin(n&&o?{from:n,to:o}:{last:i}),this.vars=r,this.board=s,Object.values(r).includes("")&&setTimeout(()=>this.route===e&&void this.openBoard(),ur)}get heading(){switch(this.route.page){case"hosts":return["Hosts"];case"host":return["Hosts",this.route.host];case"boards":return["Dashboards"];case"board":return["Dashboards",this.board?.title??this.route.slug];case"alerts":return["Alerts"];case"plugins":return["Plugins"];default:return["Not found"]}}single(e){const t=this.renderRoot.querySelector("tw-topbar");e==="g"&&(this.jumping=Date.now()),e==="?"&&this.help.open(),e==="t"&&t?.openRange(),e==="v"&&this.renderRoot.querySelector("tw-board")?.viewFocused(),e==="/"&&this.palette.open()}render(){return p`
      <a class="button skip" href="#main" @click=${this.skip}>Skip to content</a>
      <tw-rail .page=${this.route.page}></tw-rail>
      <tw-topbar .heading=${this.heading} .variables=${this.board?.variables??[]}
        .vars=${this.vars} .timed=${this.board!==void 0}
        @tw-variable=${this.setVariable} @tw-search=${()=>this.palette.open()}
        @tw-help=${()=>this.help.open()}></tw-topbar>
      <main id="main" tabindex="-1">${this.renderPage()}</main>
      <tw-help></tw-help>
      <tw-palette .boards=${this.boards}></tw-palette>
    `}renderPage(){if(this.problem)return ne("This page could not be opened",this.problem);switch(this.route.page){case"board":case"host":return this.board?p`<tw-board .board=${this.board} .vars=${this.vars}></tw-board>`:m;case"hosts":return p`<tw-hosts></tw-hosts>`;case"boards":return p`<tw-boards .boards=${this.boards}></tw-boards>`;case"alerts":return p`<tw-alerts></tw-alerts>`;case"plugins":return p`<tw-plugins></tw-plugins>`;default:return ne("There is nothing at this address",location.pathname)}}};A.styles=[q,_`
    :host {
      display: grid;
      grid-template: 56px minmax(0, 1fr) / 60px minmax(0, 1fr);
      height: 100dvh;
    }
    tw-rail {
      grid-row: 1 / 3;
    }
    main {
      overflow: auto;
      outline: none;
    }
    .note {
      display: grid;
      justify-items: center;
      gap: 8px;
      padding: 15vh 24px;
      color: var(--tw-text-2);
      text-align: center;
    }
    .note h1 {
      margin: 0;
      color: var(--tw-text);
      font-size: 16px;
      font-weight: 620;
    }
    .skip {
      position: fixed;
      z-index: 9;
      top: -60px;
      left: 70px;
    }
    .skip:focus {
      top: 10px;
    }
    @media (max-width: 899px) {
      :host {
        grid-template: 56px minmax(0, 1fr) auto / minmax(0, 1fr);
      }
      tw-rail {
        grid-row: 3;
        grid-column: 1;
      }
    }
  `];T([$()],A.prototype,"route",2);T([$()],A.prototype,"boards",2);T([$()],A.prototype,"board",2);T([$()],A.prototype,"vars",2);T([$()],A.prototype,"problem",2);T([gt("tw-help")],A.prototype,"help",2);T([gt("tw-palette")],A.prototype,"palette",2);A=T([C("tw-app")],A);async function fr(){return(await ve()).find(({scope:e})=>e==="host")?.slug??"machine"}function ne(e,t){return p`<div class="note" role="alert">${v("warning",26)}<h1>${e}</h1><span>${t}</span>
    <a class="button" href="/hosts">Back to the hosts</a></div>`}export{m as A,vs as F,me as a,p as b,C as c,x as d,q as e,d as f,v as g,_ as i,Y as l,y as n,$ as r,ge as s,be as t};
